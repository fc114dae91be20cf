# {{title}}
{{syntax}}
ARG GO_IMAGE={{image}}
ARG RUNTIME_IMAGE=gcr.io/distroless/static-debian13:nonroot

FROM ${GO_IMAGE} AS build
WORKDIR /build
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
COPY {{manifests}} ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY {{source}} ./
# The runtime image has no shell and no curl: a few lines ask the server from inside.
COPY <<PROBE /probe/main.go
package main

import (
	"net/http"
	"os"
	"time"
)

func main() {
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get("http://127.0.0.1:{{port}}{{health_path}}")
	if err != nil || answer.StatusCode >= {{health_limit}} {
		os.Exit(1)
	}
}
PROBE

RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -ldflags="-s -w" -o /out/server {{package}} \
 && go build -ldflags="-s -w" -o /out/probe /probe/main.go

FROM ${RUNTIME_IMAGE} AS runtime
WORKDIR /app
COPY --from=build /out/ /usr/local/bin/
{{copy}}
ENV PORT={{port}}{{env}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
ENTRYPOINT ["/usr/local/bin/server"]
