# {{title}}
{{syntax}}
ARG NODE_IMAGE={{image}}

FROM ${NODE_IMAGE} AS deps
WORKDIR /app
{{tools}}
COPY {{manifests}} ./
{{install}}
{{build}}

FROM ${NODE_IMAGE} AS {{final_stage}}
{{user}}
WORKDIR /app
ENV NODE_ENV=production{{env}}
COPY --from={{modules_stage}} /app/node_modules ./node_modules
{{copy}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
CMD {{command}}
