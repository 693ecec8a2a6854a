from __future__ import annotations

from django.urls import path

from aureole.web.staff.settings import brand_page, brands_page

app_name = "settings"

urlpatterns = [
    path("brands/", brands_page.show_brands, name="brands"),
    path("brands/new/", brands_page.add, name="add_brand"),
    path("brands/<uuid:brand_id>/", brand_page.show_brand, name="brand"),
    path("brands/<uuid:brand_id>/<slug:what>/", brand_page.do, name="brand_do"),
]
