"""Addresses of our own screens."""

from django.urls import URLPattern

app_name = "newsroom"
urlpatterns: list[URLPattern] = []
