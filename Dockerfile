FROM apache/airflow:3.3.2-python3.12

WORKDIR /opt/airflow

# The lock alone first: this layer changes only with it
COPY --chown=airflow:0 requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY --chown=airflow:0 LICENSE README.md pyproject.toml ./
COPY --chown=airflow:0 dags dags
COPY --chown=airflow:0 include include
COPY --chown=airflow:0 plugins plugins
# Group 0 may do what the owner may, whatever the mask of the working copy: Airflow runs as the owner of the secrets
RUN pip install --no-cache-dir --no-deps -e . && chmod -R g=u dags include plugins && mkdir -p -m 775 logs sandbox staging
