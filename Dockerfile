# The program as a container: slim, not root, data in one volume.
#   docker build -t sourcing .
#   docker run --rm -v sourcing:/data sourcing init
#   docker run --rm -v sourcing:/data -e GITHUB_TOKEN sourcing crawl      # by cron of the host
#   docker run --rm -v sourcing:/data -p 127.0.0.1:8000:8000 sourcing serve --host 0.0.0.0 --origin https://people.example
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
# Versions and hashes are pinned; the package itself has no dependency beyond them.
RUN python -m venv /opt/sourcing \
    && /opt/sourcing/bin/pip install --no-cache-dir --require-hashes -r constraints.txt \
    && /opt/sourcing/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 sourcing \
    && install -d -o sourcing -g sourcing -m 700 /data
COPY --from=build /opt/sourcing /opt/sourcing
USER sourcing
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["/opt/sourcing/bin/sourcing"]
CMD ["--help"]
