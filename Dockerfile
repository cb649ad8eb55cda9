# The image of every process on a server: wirewatch worker, wirewatch db migrate.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md ./
COPY news news
COPY alerts alerts
COPY extractors extractors
COPY store store
COPY crawler crawler
COPY scheduler scheduler
COPY cli cli
COPY newsroom newsroom
COPY migrations migrations
RUN python -m venv /opt/wirewatch \
    && /opt/wirewatch/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/wirewatch wirewatch
COPY --from=build /opt/wirewatch /opt/wirewatch
ENV PATH=/opt/wirewatch/bin:$PATH \
    WIREWATCH_HOME=/var/lib/wirewatch \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/wirewatch
ENTRYPOINT ["wirewatch"]
CMD ["worker"]
