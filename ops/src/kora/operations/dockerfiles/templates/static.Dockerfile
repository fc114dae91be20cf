# {{title}}
{{syntax}}
{{build_arg}}
# The branch that nginx keeps up; give a version or a digest with --build-arg to freeze it.
ARG NGINX_IMAGE=nginx:stable
{{build_stages}}

FROM ${NGINX_IMAGE} AS {{final_stage}}
COPY <<NGINX /etc/nginx/nginx.conf
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events {}
http {
  include /etc/nginx/mime.types;
  access_log /dev/stdout;
  server_tokens off;
  gzip on;
  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen {{port}};
    root /srv;
    location = /healthz { access_log off; default_type text/plain; return 200 "ok"; }
{{locations}}
  }
}
NGINX

WORKDIR /srv
{{copy}}
USER {{uid}}:{{gid}}
EXPOSE {{port}}
{{health}}
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx", "-e", "/dev/stderr", "-g", "daemon off;"]
