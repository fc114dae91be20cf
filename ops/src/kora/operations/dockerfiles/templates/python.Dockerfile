# {{title}}
{{syntax}}
ARG PYTHON_IMAGE={{image}}
{{uv_arg}}
{{uv_stage}}

FROM ${PYTHON_IMAGE} AS {{build_stage}}
{{build_env}}
WORKDIR /build
{{tools}}
{{install}}

FROM ${PYTHON_IMAGE} AS {{final_stage}}
{{user}}
WORKDIR /app
COPY --from={{build_stage}} /opt/venv /opt/venv
{{copy}}
{{collect}}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1{{env}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
CMD {{command}}
