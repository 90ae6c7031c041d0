"""A dlt pipeline: extract, normalize and load to files."""

from __future__ import annotations

import tempfile

import dlt
from dlt.sources.rest_api import rest_api_source
from measuring import report


def read(address: str) -> int:
    paginator = {"type": "json_link", "next_url_path": "'@odata.nextLink'"}
    resource = {"name": "accounts", "endpoint": {"path": "accounts", "data_selector": "value"}}
    source = rest_api_source({"client": {"base_url": address, "paginator": paginator}, "resources": [resource]})
    with tempfile.TemporaryDirectory() as folder:
        destination = dlt.destinations.filesystem(bucket_url=f"file://{folder}/out")
        pipeline = dlt.pipeline("benchmark", pipelines_dir=folder, destination=destination, dataset_name="sales")
        pipeline.run(source, loader_file_format="jsonl")
        counts = pipeline.last_trace.last_normalize_info.row_counts
    return int(counts["accounts"])


if __name__ == "__main__":
    report(read)
