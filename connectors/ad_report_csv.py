"""Ad reports: Amazon Ads (API v3 columns and console export) and Google Ads, one row a figure."""

from collections.abc import Iterator
from datetime import date

from connectors.fields import FieldError, Fields
from connectors.reader import Context, Outcome, Reading, Row, TableReader, read_rows
from connectors.table import Table, TableRow
from connectors.times import parse_day
from tradewind.base import Money, digest
from tradewind.commerce import AdStatistic

DAY = ("date", "day", "start date")
CAMPAIGN = ("campaign name", "campaignname", "campaign")
AD_GROUP = ("ad group name", "adgroupname", "ad group")
TARGET = ("targeting", "keyword", "search keyword", "keyword text")
MATCH = ("match type", "matchtype", "search keyword match type")
TERM = ("customer search term", "searchterm", "search term")
IMPRESSIONS = ("impressions", "impr.")
CLICKS = ("clicks",)
SPEND = ("spend", "cost")
SALES = ("7 day total sales", "14 day total sales", "sales7d", "sales14d", "sales30d", "sales1d",
         "conv. value", "conversion value", "conversions value", "sales")  # fmt: skip
ORDERS = ("7 day total orders (#)", "14 day total orders (#)", "purchases7d", "purchases14d",
          "purchases30d", "purchases1d", "conversions", "orders")  # fmt: skip
BID = ("keywordbid", "keyword bid", "bid", "max. cpc")
CURRENCY = ("currency", "currency code", "campaignbudgetcurrencycode")
_NONE = ("", "--", " --", "-")


def read_report(table: Table, context: Context) -> Iterator[Row]:
    styled = table.styled(*SPEND, *SALES)
    yield from read_rows(styled, context, lambda row: _read(row, context))


def _read(row: TableRow, context: Context) -> Iterator[Outcome]:
    """One row; total rows, which name no campaign, are no statistic."""
    filled = {name: value for name, value in row.fields.data.items() if _cell(value) not in _NONE}
    fields = Fields(filled, "", row.fields.style)
    first = next(iter(row.raw.values()), "")
    if str(first).lower().startswith("total"):
        return
    currency = fields.currency(*CURRENCY, default=context.currency)
    key = [fields.text(*names) for names in (CAMPAIGN, AD_GROUP, TARGET, MATCH, TERM)]
    day = _day(fields)
    statistic = AdStatistic(
        id=f"ad_{digest([day.isoformat(), *key])[:16]}",
        day=day,
        campaign=fields.need(*CAMPAIGN),
        ad_group=key[1],
        target=key[2],
        match_type=key[3].lower(),
        search_term=key[4],
        bid=fields.money(*BID, currency=currency),
        impressions=fields.integer(*IMPRESSIONS, least=0) or 0,
        clicks=fields.integer(*CLICKS, least=0) or 0,
        spend=_money(fields, SPEND, currency),
        sales=fields.money(*SALES, currency=currency) or Money(minor=0, currency=currency),
        orders=round(fields.number(*ORDERS) or 0),
    )
    yield Reading(statistic, row.raw)


def _cell(value: object) -> str:
    return str(value).strip()


def _money(fields: Fields, names: tuple[str, ...], currency: str) -> Money:
    money = fields.money(*names, currency=currency)
    if money is None:
        raise FieldError(names[0], "", "is missing")
    return money


def _day(fields: Fields) -> date:
    text = fields.need(*DAY)
    try:
        return parse_day(text)
    except ValueError as error:
        raise FieldError("date", text, str(error)) from error


READER = TableReader(
    kind="ad_report_csv",
    needs=(DAY, CAMPAIGN, IMPRESSIONS, CLICKS, SPEND),
    read=read_report,
)
