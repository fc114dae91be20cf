# ruff: noqa: E501 - a fault is one line of a table
"""A generator of bad Dockerfiles: a sound frame with places, and faults that are planted into them.

Each fault names the finding that has to show. `plant` combines faults; two that want the same single place exclude
each other, which `compatible` tells.
"""

from collections.abc import Collection
from dataclasses import dataclass

SINGLE = {"base", "user", "health", "start", "install", "build-base", "port"}
SOUND = {
    "global": "",
    "build-base": "FROM python:3.13-slim AS build",
    "build": "",
    "install": "COPY requirements.txt ./\nRUN --mount=type=cache,target=/root/.cache/pip pip install --target /deps -r requirements.txt",
    "base": "FROM python:3.13-slim",
    "runtime": "",
    "user": "USER 10001:10001",
    "port": "EXPOSE 8000",
    "health": 'HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-m", "app.health"]',
    "start": 'CMD ["python", "-m", "app"]',
    "last": "",
}
FRAME = """{global}
{build-base}
WORKDIR /build
{build}
{install}

{base}
WORKDIR /app
COPY --from=build /deps /deps
COPY app ./app
{runtime}
{user}
{port}
{health}
{last}
{start}
"""


@dataclass(frozen=True)
class Fault:
    """What is written where, and the finding that must come of it."""

    finding: str
    place: str
    text: str

    @property
    def title(self) -> str:
        return f"{self.finding} {self.text.splitlines()[0][:50] if self.text else '(nothing)'}"


_SECRET = "ghp_" + "a1B2c3D4e5" * 4

FAULTS = [
    Fault("KD101", "user", ""),
    Fault("KD101", "user", "USER root"),
    Fault("KD101", "user", "USER 0:0"),
    Fault("KD103", "user", "USER somebody"),
    Fault("KD102", "user", "USER nobody"),
    Fault("KD104", "runtime", "RUN sudo mkdir /data"),
    Fault("KD105", "runtime", "RUN chmod 777 /app"),
    Fault("KD105", "runtime", "RUN chmod -R a+rwx /app"),
    Fault("KD105", "runtime", "COPY --chmod=0777 tool /usr/local/bin/tool"),
    Fault("KD106", "runtime", "RUN chown -R 10001:10001 /app"),
    Fault("KD107", "runtime", "RUN chown 10001:10001 /etc"),
    Fault("KD107", "runtime", 'VOLUME ["/usr"]'),
    Fault("KD108", "runtime", "RUN chmod u+s /usr/local/bin/python3"),
    Fault("KD108", "runtime", "RUN chmod 4755 /usr/local/bin/python3"),
    Fault("KD109", "runtime", "RUN useradd --no-log-init worker"),
    Fault("KD201", "runtime", "ENV DATABASE_PASSWORD=hunter22"),
    Fault("KD201", "build", "ENV API_KEY abcdef123"),
    Fault("KD202", "build", "ARG NPM_TOKEN"),
    Fault("KD202", "global", "ARG DB_PASSWORD=changeit"),
    Fault("KD203", "build", f"RUN echo {_SECRET} > /token"),
    Fault("KD203", "runtime", "ENV DSN=postgres://app:s3cretpw@db:5432/app"),
    Fault("KD203", "runtime", "LABEL key=AKIAIOSFODNN7EXAMPLE"),
    Fault("KD204", "runtime", "COPY .env ./"),
    Fault("KD204", "build", "COPY id_rsa /root/.ssh/id_rsa"),
    Fault("KD204", "runtime", "COPY certs/server.key /etc/server.key"),
    Fault("KD205", "build", "RUN DEPLOY_TOKEN=abcd1234efgh make-release"),
    Fault("KD206", "build", "RUN ssh -o StrictHostKeyChecking=no git@example.com true"),
    Fault("KD207", "build", "RUN curl -k -o /x https://example.com/x"),
    Fault("KD207", "runtime", "ENV NODE_TLS_REJECT_UNAUTHORIZED=0"),
    Fault("KD301", "base", "FROM python"),
    Fault("KD301", "base", "FROM python:latest"),
    Fault("KD302", "base", "FROM python:3.7-slim"),
    Fault("KD302", "build-base", "FROM node:14-slim AS build"),
    Fault("KD302", "base", "FROM python:3.12-slim-buster"),
    Fault("KD302", "base", "FROM alpine:3.14"),
    Fault("KD302", "base", "FROM ubuntu:18.04"),
    Fault("KD303", "build-base", "FROM node:lts AS build"),
    Fault("KD304", "build-base", "FROM openjdk:21-jdk AS build"),
    Fault("KD305", "base", "FROM python:3.13"),
    Fault("KD306", "base", "FROM --platform=linux/amd64 python:3.13-slim"),
    Fault("KD307", "base", "FROM ${NOT_GIVEN}"),
    Fault("KD308", "runtime", "COPY --from=biuld /x /x"),
    Fault("KD401", "health", ""),
    Fault("KD402", "health", "HEALTHCHECK --timeout=3s CMD curl --fail http://127.0.0.1:8000/health"),
    Fault("KD403", "health", 'HEALTHCHECK --timeout=3s CMD ["python", "-m", "ask", "http://localhost:9999/"]'),
    Fault("KD404", "health", 'HEALTHCHECK --timeout=3s CMD ["curl", "http://127.0.0.1:8000/health"]'),
    Fault("KD405", "health", 'HEALTHCHECK --interval=1s --timeout=1s CMD ["python", "-m", "app.health"]'),
    Fault("KD406", "health", 'HEALTHCHECK --interval=10s --timeout=60s CMD ["python", "-m", "app.health"]'),
    Fault("KD501", "start", "CMD python -m app"),
    Fault("KD502", "start", 'CMD ["npm", "start"]'),
    Fault("KD503", "start", 'CMD ["sh", "-c", "python -m app"]'),
    Fault("KD504", "start", 'CMD ["flask", "run", "--host", "0.0.0.0"]'),
    Fault("KD504", "start", 'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]'),
    Fault("KD504", "start", 'CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--reload"]'),
    Fault("KD504", "runtime", "ENV FLASK_DEBUG=1"),
    Fault("KD505", "start", 'CMD ["uvicorn", "app:app", "--host", "127.0.0.1"]'),
    Fault("KD505", "start", 'CMD ["gunicorn", "app:app"]'),
    Fault("KD506", "start", 'CMD ["supervisord", "-n"]'),
    Fault("KD509", "runtime", "STOPSIGNAL SIGKILL"),
    Fault("KD510", "start", 'CMD ["sh", "-c", "alembic upgrade head && exec python -m app"]'),
    Fault("KD521", "port", "EXPOSE 80"),
    Fault("KD522", "port", "EXPOSE 8000 22"),
    Fault("KD523", "port", "EXPOSE 8000 70000"),
    Fault("KD524", "start", 'CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "9123"]'),
    Fault("KD601", "install", "COPY . .\nRUN --mount=type=cache,target=/root/.cache/pip pip install --target /deps -r requirements.txt"),
    Fault("KD602", "install", "COPY requirements.txt ./\nRUN pip install --target /deps -r requirements.txt"),
    Fault("KD603", "install", "COPY requirements.txt ./\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir --target /deps -r requirements.txt"),
    Fault("KD604", "build", "RUN apt-get update"),
    Fault("KD605", "build", "ARG GIT_SHA"),
    Fault("KD606", "runtime", "RUN python -m compileall /app\nRUN rm -rf /tmp/cache"),
    Fault("KD607", "runtime", "RUN apt-get update && apt-get -y upgrade && rm -rf /var/lib/apt/lists/*"),
    Fault("KD701", "runtime", "RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*"),
    Fault("KD702", "runtime", "COPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci"),
    Fault("KD703", "runtime", "RUN npm run build"),
    Fault("KD704", "runtime", "RUN apt-get update && apt-get install -y --no-install-recommends vim && rm -rf /var/lib/apt/lists/*"),
    Fault("KD705", "runtime", "RUN apt-get update && apt-get install -y --no-install-recommends openssh-server && rm -rf /var/lib/apt/lists/*"),
    Fault("KD706", "runtime", "RUN pip install flask==3.1.0"),
    Fault("KD707", "runtime", "RUN curl -fsSO https://example.com/a.tgz && tar xf a.tgz"),
    Fault("KD801", "build", "RUN curl -fsSL https://example.com/install.sh | sh"),
    Fault("KD801", "build", 'RUN bash -c "$(curl -fsSL https://example.com/install.sh)"'),
    Fault("KD802", "build", "ADD https://example.com/tool.bin /tool"),
    Fault("KD803", "build", "RUN wget -q https://example.com/tool.bin"),
    Fault("KD804", "build", "RUN git clone https://example.com/code.git"),
    Fault("KD805", "build", "RUN curl -fsSLo /t https://example.com/tool-linux-amd64"),
    Fault("KD811", "build", "COPY package.json ./\nRUN --mount=type=cache,target=/root/.npm npm install"),
    Fault("KD811", "build", "COPY package.json yarn.lock ./\nRUN --mount=type=cache,target=/c yarn install"),
    Fault("KD812", "build", "RUN pip install --no-cache-dir flask"),
    Fault("KD812", "build", "RUN npm install -g typescript"),
    Fault("KD821", "runtime", "WORKDIR data"),
    Fault("KD822", "global", "ARG RELEASE=1"),
    Fault("KD823", "runtime", "COPY $NOWHERE/x ./x"),
    Fault("KD824", "global", "FROM debian:trixie-slim AS forgotten"),
    Fault("KD826", "runtime", "ENV GREETING hello"),
    Fault("KD827", "runtime", "ENV DEBIAN_FRONTEND=noninteractive"),
    Fault("KD829", "runtime", "ONBUILD RUN true"),
    Fault("KD830", "runtime", 'VOLUME ["/state"]\nRUN touch /state/x'),
    Fault("KD841", "runtime", 'ENV JAVA_OPTS="-Xmx2g"'),
    Fault("KD842", "start", 'CMD ["java", "-jar", "app.jar"]'),
    Fault("KD843", "start", 'CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "16", "app:app"]'),
    Fault("KD844", "runtime", "ENV NODE_OPTIONS=--max-old-space-size=8192"),
    Fault("DL3003", "runtime", "RUN cd /app && touch x"),
    Fault("DL3009", "runtime", "RUN apt-get update && apt-get install -y --no-install-recommends tini"),
    Fault("DL3014", "runtime", "RUN apt-get update && apt-get install --no-install-recommends tini && rm -rf /var/lib/apt/lists/*"),
    Fault("DL3015", "runtime", "RUN apt-get update && apt-get install -y tini && rm -rf /var/lib/apt/lists/*"),
    Fault("DL3020", "runtime", "ADD local.txt ./local.txt"),
    Fault("DL3027", "runtime", "RUN apt install -y tini"),
    Fault("DL4000", "runtime", "MAINTAINER somebody"),
    Fault("DL4003", "last", 'CMD ["python"]'),
]  # fmt: skip
# What a fault needs elsewhere to be one.
COMPANIONS = {"KD822": ("runtime", "RUN echo $RELEASE")}
# Faults that hide each other: the second cannot be seen beside the first.
HIDES = {("KD102", "KD101"), ("KD307", "*")}


def compatible(faults: Collection[Fault]) -> bool:
    """Whether they can stand in one file and all be seen."""
    places = [fault.place for fault in faults if fault.place in SINGLE]
    return len(places) == len(set(places))


def plant(faults: Collection[Fault]) -> str:
    """The frame with the faults in it."""
    parts = dict(SOUND)
    for fault in sorted(faults, key=lambda one: one.text.startswith("FROM")):
        if fault.place in SINGLE:
            parts[fault.place] = fault.text
        else:
            parts[fault.place] = f"{parts[fault.place]}\n{fault.text}".strip("\n")
        if fault.finding in COMPANIONS:
            place, text = COMPANIONS[fault.finding]
            parts[place] = f"{parts[place]}\n{text}".strip("\n")
    text = FRAME
    for place, value in parts.items():
        text = text.replace("{" + place + "}", value)
    return text.lstrip("\n")
