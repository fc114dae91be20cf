# {{title}}
{{syntax}}
ARG NODE_IMAGE={{image}}

FROM ${NODE_IMAGE} AS deps
WORKDIR /app
{{tools}}
COPY {{manifests}} ./
{{install}}

FROM ${NODE_IMAGE} AS {{build_stage}}
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY --from=deps /app/node_modules ./node_modules
{{tools}}
COPY {{source}} ./
{{build}}

FROM ${NODE_IMAGE} AS {{final_stage}}
{{user}}
WORKDIR /app
# server.js binds to $HOSTNAME, which the engine sets to the container's own name unless it is set here.
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOSTNAME=0.0.0.0 \
    PORT={{port}}{{env}}
COPY --from={{build_stage}} /app/.next/standalone ./
COPY --from={{build_stage}} /app/.next/static ./.next/static
{{public}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
CMD {{command}}
