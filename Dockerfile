# A station in a container:
#
#   docker build -t radiocast .
#   docker run --init -p 8000:8000 --ulimit nofile=20000:20000 -v newsline:/station radiocast
#
# /station is the station's folder. An empty one is given the demo station to edit. Behind --init stands a
# process that reaps what a killed studio leaves behind. 512 MB are enough: 200 all the time (studio, transmitter,
# encoder, decoders), and up to 200 more for the seconds in which a bulletin is made or feeds are read. The
# podcast grows: half a megabyte for each minute of news, kept for `newsroom: keep`. Each listener is an open file,
# each worker of `listen.workers` 20 MB more; docs/many-listeners.md says what thousands want.
ARG BASE=python:3.12-slim-bookworm

# The build tools stay in this stage. Everything comes from the lock, with its hash, as a wheel but for docopt, which
# is one Python file: no compiler.
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python3 -m venv /opt/radiocast && python3 -m venv /opt/build
COPY requirements.lock requirements-build.lock ./
RUN /opt/build/bin/python -m pip install --require-hashes --only-binary :all: -r requirements-build.lock \
 && /opt/build/bin/python -m pip wheel --require-hashes --only-binary :all: --no-binary docopt --no-build-isolation \
      --wheel-dir /opt/wheels -r requirements.lock \
 && /opt/radiocast/bin/python -m pip install --no-deps --no-index /opt/wheels/*.whl
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY config config
COPY media media
RUN /opt/build/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/radiocast/bin/python -m pip install --no-deps --no-index dist/*.whl

FROM ${BASE}
COPY --from=build /opt/radiocast /opt/radiocast
# A number, so that an orchestrator can see that it is not root.
RUN useradd --uid 10001 --no-create-home --home-dir /station --shell /usr/sbin/nologin radio \
 && install --directory --owner=radio --group=radio /station
# PYTHONUNBUFFERED: a log line is there when it is written, not when a buffer is full.
ENV PATH=/opt/radiocast/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /station
VOLUME /station
EXPOSE 8000
# Orderly: the schedule's position and the as-run log are written before it ends.
STOPSIGNAL SIGTERM
# Well is: sound goes out. An emergency sound is sound; silence is not.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
# Host and port are the container's, whatever the station's file says, so that EXPOSE and HEALTHCHECK hold.
CMD ["sh", "-c", "if [ ! -e config/station.yaml ]; then echo 'radiocast: no station in /station yet: putting the demo station there. Edit config/ and media/ in this volume to make it yours.' >&2; radiocast init /station || exit 2; fi; exec radiocast serve /station --host 0.0.0.0 --port 8000"]
