"""`tradewind shop`: what is known of the shop itself."""

from typing import Annotated

import typer

from commands.console import SHOP, AsJson, Shop, opened, page, show_json
from tradewind.people import ShopDetails


def about(
    name: Annotated[str, typer.Option("--name", help="As buyers and banks read it.")] = "",
    home: Annotated[str, typer.Option("--home", help="Country that it sells from, as in TR.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="As in EUR.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone, as in Europe/Istanbul.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Show the shop, or change what is given. `tradewind import shop.json` reads it from Shopify.

    Example: tradewind shop --shop dress --name "Lale Dresses" --home TR --zone Europe/Istanbul
    """
    with opened() as platform:
        before = platform.tenant(shop)
        told = ShopDetails.told(name=name, home=home, currency=currency, timezone=zone)
        tenant = told.laid_over(before)
        if tenant != before:
            platform.database.tenants().put_tenant(tenant)
        if as_json:
            return show_json(tenant.model_dump(mode="json"))
        page.print(f"{tenant.id}: {tenant.name}, sells from {tenant.home}", markup=False)
        page.print(f"currency {tenant.currency}, time zone {tenant.timezone}", markup=False)
