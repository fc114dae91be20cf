"""Names of container images: what people say without the word "image", with versions that stand beside them."""

import re

KNOWN_IMAGES = (
    "nginx|busybox|alpine|redis|postgres|mysql|mariadb|mongo|httpd|python|node|ubuntu|debian|memcached|rabbitmq|golang|"
    "perl|bash|tomcat|haproxy|traefik|caddy|openjdk|fluentd|consul|vault|elasticsearch|kibana|grafana|wordpress|nats|"
    "zookeeper|cassandra|couchdb|influxdb|telegraf|php|ruby|adminer|varnish|neo4j|hello-world"
)
"""Only names of images, no versions."""
IMAGE_NAME = r"[a-z0-9][\w./-]*\w(?::\d+/[\w./-]*\w)?(?::[\w][\w.-]*\w|:\w)?(?:@sha256:[a-f0-9]+)?"
"""How a reference to an image is written."""
IMAGE_WORDS = frozenset(
    ["image", "images", "run", "runs", "running", "use", "uses", "using", "from", "on", "based", "with", "of", "executing", "deploy"]
)  # fmt: skip
_VERSION = re.compile(
    rf"(?<![\w./:=@-])(?P<image>{KNOWN_IMAGES})(?P<kind> (?:server|database|image|container))?,?:? (?:(?:in )?version |v(?=\d)|(?=\d))(?P<version>\d+(?:\.\d+)*(?:-[a-z]+[\w.-]*)?)(?![\w:/%]|\.\d| ?(?:x|times|replicas?|pods|instances|copies|containers|nodes?|ports?|cpus?|cores?|[KMGT]i?B?|m|seconds?|minutes?|hours?|days?|of|to|and \d|or|-)\b)",
    re.IGNORECASE,
)
_TOP_VERSION = 40
"""A whole number above it behind the name of an image is rather a port or an amount than a version."""


def versioned(text: str) -> str:
    """``redis 7`` and ``postgres version 16`` as images with a tag; quotes are left alone."""

    def put(found: re.Match[str]) -> str:
        version = found["version"]
        said = "version" in found[0].lower()
        if not said and "." not in version and int(re.match(r"\d+", version)[0]) > _TOP_VERSION:  # type: ignore[index]
            return found[0]
        return f"{found['image'].lower()}:{version}{found['kind'] or ''}"

    parts = re.split(
        r"(\"[^\"\n]*\"|`[^`\n]*`|```.*?```|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9]))", text, flags=re.DOTALL
    )
    return "".join(part if at % 2 else _VERSION.sub(put, part) for at, part in enumerate(parts))
