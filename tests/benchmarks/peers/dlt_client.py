"""dlt's REST client alone: pages decoded, rows dropped."""

from __future__ import annotations

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
from measuring import report


def read(address: str) -> int:
    client = RESTClient(address, paginator=JSONLinkPaginator(next_url_path="'@odata.nextLink'"), data_selector="value")
    return sum(len(page) for page in client.paginate("accounts"))


if __name__ == "__main__":
    report(read)
