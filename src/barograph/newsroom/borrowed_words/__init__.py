"""Words that our screens show and that Django and Wagtail say.

They belong to Django and Wagtail, which lack many of them in Belarusian or say them in other words than the
newsroom does. Named here, they get into our catalogues, and ours are asked before theirs. Nothing imports
these modules: they are read when the catalogues are made, and a test holds them to the catalogues of Django
and Wagtail.
"""
