"""The language of the screens."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response
from wagtail.users.models import UserProfile

from barograph.newsroom.access import back


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; who is logged in is remembered by the account, everybody by a cookie."""
    language = request.POST.get("language", "")
    answer = back(request)
    if language not in dict(settings.NEWSROOM_LANGUAGES):
        return answer
    if request.user.is_authenticated:
        UserProfile.objects.update_or_create(user=request.user, defaults={"preferred_language": language})
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


def words_for_scripts(request: HttpRequest) -> HttpResponse:
    """The words of Wagtail’s scripts, in the reader’s language. Wagtail’s own view would leave our catalogues out."""
    answer: HttpResponse = get_localized_response(JavaScriptCatalog.as_view(), request)
    return answer
