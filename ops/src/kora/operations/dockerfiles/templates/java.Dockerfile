# {{title}}
{{syntax}}
ARG BUILD_IMAGE={{image}}
ARG RUNTIME_IMAGE=eclipse-temurin:{{version}}-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY {{manifests}} ./
{{fetch}}
COPY {{source}} ./src
{{build}}

FROM ${RUNTIME_IMAGE} AS runtime
WORKDIR /app
COPY --from=build /build/app.jar ./app.jar
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError"{{env}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
CMD ["java", "-jar", "app.jar"]
