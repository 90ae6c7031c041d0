FROM apache/airflow:3.3.2-python3.12

WORKDIR /opt/airflow

# The lock alone first: this layer changes only with it
COPY --chown=airflow:0 requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY --chown=airflow:0 LICENSE README.md pyproject.toml ./
COPY --chown=airflow:0 dags dags
COPY --chown=airflow:0 include include
COPY --chown=airflow:0 plugins plugins
RUN pip install --no-cache-dir --no-deps -e . && mkdir -p logs sandbox staging
