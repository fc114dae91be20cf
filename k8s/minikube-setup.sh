#!/usr/bin/env bash
# From nothing to a running Taskora on Minikube: looks whether the machine is fit, starts Minikube with its addons,
# brings the application into it, tries it out and says where it is. May be run again at any time: what is there is kept.
# The application is handed over to `kora up` where Kora is; otherwise, or with options that only the manual way knows,
# this script does the same with docker, minikube and helm. k8s/README.md holds that way command by command.
set -Eeuo pipefail

readonly EXIT_USAGE=2 EXIT_PREFLIGHT=3 EXIT_CLUSTER=4 EXIT_IMAGES=5 EXIT_INSTALL=6 EXIT_SMOKE=7
readonly DEFAULT_CPUS=4 DEFAULT_MEMORY_MB=8192 LEAST_CPUS=2 LEAST_MEMORY_MB=2500 LEAST_DISK_MB=8192
readonly PARTS="backend frontend"
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT CHART=$ROOT/helm/taskora

usage() {
  cat <<'TEXT'
usage: k8s/minikube-setup.sh [options] [-- further arguments of helm upgrade]

Starts Minikube, builds both images, installs the chart, tries it out and prints the addresses. Building, loading and
installing is done by `kora up` if Kora is there (make kora), with kora.yaml; by docker, minikube and helm otherwise, or
if one of the options marked * is given.

size and place
  --cpus N            CPUs of the node                       (MINIKUBE_CPUS, default 4)
  --memory SIZE       memory of the node: 8g, 8192, 8192mb   (MINIKUBE_MEMORY, default 8g)
  --driver NAME       driver of Minikube                     (MINIKUBE_DRIVER, default docker)
  --profile NAME      profile of Minikube                    (MINIKUBE_PROFILE, default minikube)
  --namespace NAME    namespace of the release               (default taskora)
  --release NAME    * name of the release                    (default taskora)
  --by-hand         * without Kora even where it is there

images
  --docker-env      * build in Minikube's own engine instead of building here and loading
  --preload IMAGE     load this image from the engine of this machine first, so that nothing downloads it (repeatable)
  --no-build        * take taskora-backend:TAG and taskora-frontend:TAG as they are
  --tag TAG         * the tag to build or, with --no-build, to take (default dev)

what is installed
  --dev             * one pod of each part (helm/taskora/values-dev.yaml)
  --values FILE     * a values file of your own (repeatable)
  --secret NAME     * use this Secret, which must exist, instead of the one that the chart makes
  --no-ingress      * no ingress addon and no Ingress
  --no-dashboard      no dashboard addon
  --no-metrics        no metrics-server addon

limits
  --timeout SECONDS       * for the installation to become ready   (default 300)
  --addon-timeout SECONDS   for each addon                         (default 180)

instead of setting up
  --check             only look whether this machine is fit
  --status            show what runs and its addresses
  --stop              stop Minikube; images, rows and settings stay
  --delete            delete the profile with everything in it, the rows too (asks; --yes answers)
  --dry-run           print the commands instead of running them; needs none of the programs
  -h, --help          this text

Exit status: 0 it runs; 1 unexpected failure; 2 wrong arguments; 3 this machine is not fit; 4 Minikube did not start or
has no storage; 5 an image was not built or loaded; 6 the installation did not become ready; 7 it runs but did not answer
rightly. An addon that can't be had (metrics-server, ingress, dashboard) is reported and is no failure.
TEXT
}

# ---------------------------------------------------------------- words to the person

started=$SECONDS
dry_run=no
why='' # the reason of the last thing that was not ready
export BUILDX_NO_DEFAULT_ATTESTATIONS=1 # they carry the time, and would give an unchanged image a new identity
notes=() # what the person should know at the end although the setup went on

step() { printf '\n== %s  (%s s)\n' "$1" "$((SECONDS - started))"; }
say() { if [ "$dry_run" = no ]; then printf '   %s\n' "$*"; fi; }
later() { say "NOTE: $1"; notes+=("$1"); }
stop_with() { # STATUS MESSAGE NEXT-COMMAND
  printf '\nminikube-setup: %s\nNext: %s\n' "$2" "$3" >&2
  exit "$1"
}
unexpected() {
  printf '\nminikube-setup: a command failed in line %s.\nNext: read its message above, then run the same command again; k8s/TROUBLESHOOTING.md lists causes.\n' "$1" >&2
}
trap 'unexpected "$LINENO"' ERR

# Every change goes through here, so that --dry-run can show it instead.
run() {
  if [ "$dry_run" = yes ]; then
    if [ "$1" = bounded ]; then shift 2; fi
    printf '+'; printf ' %q' "$@"; printf '\n'
  else
    "$@"
  fi
}

quietly() { if [ "$dry_run" = yes ]; then run "$@"; else "$@" >/dev/null; fi; }

# A command with a time limit; macOS has no timeout of its own, there the limits of the command itself must do.
bounded() { # SECONDS COMMAND…
  local limit=$1
  shift
  if command -v timeout >/dev/null; then timeout "$limit" "$@"; else "$@"; fi
}

# ---------------------------------------------------------------- arguments

megabytes() { # SIZE -> number, or nothing when it is no size
  local size
  size=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')
  case $size in
    *[0-9]g | *[0-9]gb | *[0-9]gi | *[0-9]gib) size=${size%%g*}; [[ $size =~ ^[0-9]+$ ]] && echo $((size * 1024)) ;;
    *[0-9] | *[0-9]m | *[0-9]mb | *[0-9]mi | *[0-9]mib) size=${size%%m*}; [[ $size =~ ^[0-9]+$ ]] && echo "$size" ;;
  esac
  return 0
}

wrong() { stop_with "$EXIT_USAGE" "$1" "k8s/minikube-setup.sh --help"; }

read_arguments() {
  cpus=${MINIKUBE_CPUS:-} memory=${MINIKUBE_MEMORY:-}
  driver=${MINIKUBE_DRIVER:-docker} profile=${MINIKUBE_PROFILE:-minikube}
  namespace=taskora release=taskora tag=dev timeout=300 addon_timeout=180 secret='' action=setup
  by_hand='' in_minikube=no build=yes dev=no ingress=yes dashboard=yes metrics=yes dry_run=no sure=no
  preloaded=() values=() further=()
  while [ $# -gt 0 ]; do
    case $1 in
      --release | --by-hand | --docker-env | --no-build | --tag | --dev | --values | --secret | --no-ingress | --timeout | --)
        by_hand="$1 was given" ;;
    esac
    case $1 in
      --cpus | --memory | --driver | --profile | --namespace | --release | --preload | --tag | --values | --secret | --timeout | --addon-timeout)
        [ $# -ge 2 ] || wrong "$1 needs a value."
        case $1 in
          --cpus) cpus=$2 ;; --memory) memory=$2 ;; --driver) driver=$2 ;; --profile) profile=$2 ;;
          --namespace) namespace=$2 ;; --release) release=$2 ;; --preload) preloaded+=("$2") ;; --tag) tag=$2 ;;
          --values) values+=(--values "$2") ;; --secret) secret=$2 ;; --timeout) timeout=$2 ;; --addon-timeout) addon_timeout=$2 ;;
        esac
        shift ;;
      --docker-env) in_minikube=yes ;; --no-build) build=no ;; --dev) dev=yes ;;
      --no-ingress) ingress=no ;; --no-dashboard) dashboard=no ;; --no-metrics) metrics=no ;;
      --check | --status | --stop | --delete) action=${1#--} ;;
      --dry-run) dry_run=yes ;; --yes) sure=yes ;; --by-hand) ;;
      -h | --help) usage; exit 0 ;;
      --) shift; further=("$@"); break ;;
      *) wrong "unknown argument: $1" ;;
    esac
    shift
  done
  chosen_cpus=$cpus chosen_memory=$memory
  cpus=${cpus:-$DEFAULT_CPUS}
  memory_mb=$(megabytes "${memory:-${DEFAULT_MEMORY_MB}}")
  [[ $cpus =~ ^[0-9]+$ ]] || wrong "--cpus must be a whole number, not: $cpus"
  [ -n "$memory_mb" ] || wrong "--memory must be a size such as 8g or 8192, not: $memory"
  [[ $timeout =~ ^[0-9]+$ && $addon_timeout =~ ^[0-9]+$ ]] || wrong "--timeout and --addon-timeout are whole seconds."
  if [ "$dev" = yes ]; then values=(--values "$CHART/values-dev.yaml" ${values[@]+"${values[@]}"}); fi
}

# These three can only ever reach the profile, whatever other clusters the person works with.
mk() { minikube --profile "$profile" "$@"; }
kube() { kubectl --context "$profile" --namespace "$namespace" "$@"; }
helmet() { helm --kube-context "$profile" --namespace "$namespace" "$@"; }

# ---------------------------------------------------------------- is this machine fit?

need() { # PROGRAM VERSION-COMMAND HOW-TO-GET-IT
  command -v "$1" >/dev/null || stop_with "$EXIT_PREFLIGHT" "$1 is not installed (or not in PATH)." "$3"
  say "$1: $(bounded 20 bash -c "$2" 2>/dev/null | head -n 1)"
}

free_megabytes() { # what the kernel calls available; nothing where there is no /proc
  [ ! -r /proc/meminfo ] || awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo
}

# Sizes that nobody chose are lowered to what the machine has; chosen ones are taken at their word.
fit_size() { # HAS-CPUS HAS-MEMORY
  local most_memory=$(($2 - 1024))
  if [ "$1" -lt "$LEAST_CPUS" ]; then
    stop_with "$EXIT_PREFLIGHT" "Minikube needs $LEAST_CPUS CPUs, the engine has $1." "give Docker more CPUs (Docker Desktop: Settings, Resources)"
  fi
  if [ "$most_memory" -lt "$LEAST_MEMORY_MB" ]; then
    stop_with "$EXIT_PREFLIGHT" "the engine has $2 MB of memory; $LEAST_MEMORY_MB MB for Minikube and 1024 MB beside it are the least." \
      "give Docker more memory (Docker Desktop: Settings, Resources)"
  fi
  if [ "$cpus" -gt "$1" ]; then
    [ -z "$chosen_cpus" ] || stop_with "$EXIT_PREFLIGHT" "$cpus CPUs were asked for, the engine has $1." "k8s/minikube-setup.sh --cpus $1"
    later "Minikube gets $1 CPUs instead of $cpus: the machine has no more."
    cpus=$1
  fi
  if [ "$memory_mb" -gt "$most_memory" ]; then
    [ -z "$chosen_memory" ] || stop_with "$EXIT_PREFLIGHT" "$memory_mb MB were asked for, the engine has $2 MB." "k8s/minikube-setup.sh --memory ${most_memory}mb"
    later "Minikube gets $most_memory MB of memory instead of $memory_mb: the machine has $2 MB."
    memory_mb=$most_memory
  fi
}

preflight() {
  step "Is this machine fit?"
  if [ "$dry_run" = yes ]; then printf '   not looked at in a dry run\n'; return 0; fi
  need docker 'docker version --format "{{.Client.Version}}"' "install Docker: https://docs.docker.com/engine/install/"
  need minikube 'minikube version --short' "install Minikube: https://minikube.sigs.k8s.io/docs/start/"
  need kubectl 'kubectl version --client | head -n 1' "install kubectl: https://kubernetes.io/docs/tasks/tools/"
  need helm 'helm version --short' "install Helm 3 or 4: https://helm.sh/docs/intro/install/"

  local engine available disk folder
  engine=$(bounded 30 docker info --format '{{.NCPU}} {{.MemTotal}} {{.DockerRootDir}}' 2>/dev/null) ||
    stop_with "$EXIT_PREFLIGHT" "the Docker engine does not answer." "start it (Docker Desktop, or: sudo systemctl start docker), then try: docker info"
  read -r has_cpus has_memory folder <<<"$engine"
  has_memory=$((has_memory / 1024 / 1024))
  say "engine: $has_cpus CPUs, $has_memory MB of memory"

  if running; then say "Minikube already runs in the profile $profile; its size stays"; return 0; fi
  fit_size "$has_cpus" "$has_memory"
  available=$(free_megabytes)
  if [ -n "$available" ] && [ "$available" -lt "$LEAST_MEMORY_MB" ]; then
    stop_with "$EXIT_PREFLIGHT" "only $available MB of memory are free, $LEAST_MEMORY_MB MB are the least." "end other programs; to see the largest: ps aux --sort=-rss | head"
  fi
  if [ -n "$available" ] && [ "$available" -lt "$memory_mb" ]; then
    later "$available MB of memory are free now, less than the $memory_mb MB that Minikube may take."
  fi
  [ -d "$folder" ] || folder=$ROOT # Docker Desktop keeps its files in a machine of its own
  disk=$(df -Pk "$folder" | awk 'NR == 2 {print int($4 / 1024)}')
  [ "$disk" -ge "$LEAST_DISK_MB" ] ||
    stop_with "$EXIT_PREFLIGHT" "only $disk MB are free where Docker keeps its files, $LEAST_DISK_MB MB are the least." "docker system prune"
  say "free: ${available:-unknown} MB of memory, $disk MB on disk; Minikube gets $cpus CPUs and $memory_mb MB"
}

# ---------------------------------------------------------------- the cluster

running() { [ "$(mk status --format '{{.Host}} {{.APIServer}}' 2>/dev/null)" = "Running Running" ]; }

start_cluster() {
  step "Minikube"
  if [ "$dry_run" = no ] && running; then
    say "runs already"
  else
    # The runtime is named because --docker-env needs it and newer Minikubes start with another one.
    run bounded 900 minikube --profile "$profile" start --driver "$driver" --container-runtime docker --cpus "$cpus" --memory "${memory_mb}mb" ||
      stop_with "$EXIT_CLUSTER" "Minikube did not start." "minikube --profile $profile logs --problems"
  fi
  run bounded 120 kubectl --context "$profile" wait node --all --for=condition=Ready --timeout=120s ||
    stop_with "$EXIT_CLUSTER" "the node did not become ready." "kubectl --context $profile describe node"
}

# Why a pod of a namespace can't start because of its image, or nothing.
pull_trouble() { # NAMESPACE
  kubectl --context "$profile" --namespace "$1" get pods --no-headers 2>/dev/null | awk '$3 ~ /ImagePull|ErrImage/ {print $1 " is in " $3; exit}'
}

addon_there() { # NAMESPACE DEPLOYMENT…: whether each has a pod that serves
  local space=$1 name count
  shift
  for name in "$@"; do
    count=$(kubectl --context "$profile" --namespace "$space" get deployment "$name" -o 'jsonpath={.status.availableReplicas}' 2>/dev/null) || return 1
    [ "${count:-0}" -ge 1 ] || return 1
  done
}

# Waits for an addon's Deployments; gives up early when their images stay out of reach.
await_addon() { # STRIKES NAMESPACE DEPLOYMENT…
  local strikes=$1 end=$((SECONDS + addon_timeout))
  shift
  until addon_there "$@"; do
    why=$(pull_trouble "$1")
    if [ -n "$why" ]; then strikes=$((strikes - 1)); fi
    if [ "$strikes" -le 0 ]; then why="$why: its image can't be pulled"; return 1; fi
    if [ "$SECONDS" -ge "$end" ]; then why="not ready after $addon_timeout s"; return 1; fi
    sleep 5
  done
}

# Some addons make Minikube itself wait for minutes; it does so in the background while the pods are watched from here.
# An addon that is there costs nothing, and one that could not be pulled before gets one look instead of three.
enable_addon() { # ADDON NAMESPACE DEPLOYMENT…
  local addon=$1 strikes=3 outcome=0 waiter
  shift
  if [ "$dry_run" = yes ]; then run minikube --profile "$profile" addons enable "$addon"; return 0; fi
  if addon_there "$@"; then return 0; fi
  if [ -n "$(pull_trouble "$1")" ]; then strikes=1; fi
  minikube --profile "$profile" addons enable "$addon" >/dev/null 2>&1 &
  waiter=$!
  await_addon "$strikes" "$@" || outcome=1
  if [ "$outcome" = 1 ]; then kill "$waiter" 2>/dev/null || true; fi
  wait "$waiter" 2>/dev/null || true
  return "$outcome"
}

default_class() { kubectl --context "$profile" get storageclass --no-headers 2>/dev/null | grep -q '(default)'; }

enable_storage() {
  if [ "$dry_run" = yes ] || ! default_class; then
    quietly minikube --profile "$profile" addons enable storage-provisioner
    quietly minikube --profile "$profile" addons enable default-storageclass
  fi
  [ "$dry_run" = yes ] || default_class ||
    stop_with "$EXIT_CLUSTER" "there is no default storage class, so the database would get no volume." "minikube --profile $profile addons enable default-storageclass"
  say "storage-provisioner: the default class is there"
}

enable_metrics() {
  if [ "$metrics" = no ]; then return 0; fi
  if enable_addon metrics-server kube-system metrics-server; then
    say "metrics-server: ready; kubectl top answers about a minute after its first start"
  else
    later "metrics-server is not ready ($why). Everything works but kubectl top and autoscaling. Next: minikube --profile $profile addons enable metrics-server"
  fi
}

enable_dashboard() {
  if [ "$dashboard" = no ]; then return 0; fi
  if enable_addon dashboard kubernetes-dashboard kubernetes-dashboard dashboard-metrics-scraper; then
    say "dashboard: ready; open it with: minikube --profile $profile dashboard --url"
  else
    later "the dashboard is not ready ($why). Nothing else needs it. Next: minikube --profile $profile addons enable dashboard, once its image can be pulled"
  fi
}

# Whether somebody's controller serves the class nginx; the addon would only fight it for ports 80 and 443.
ingress_served() {
  kubectl --context "$profile" get ingressclass nginx >/dev/null 2>&1 || return 1
  ! kubectl --context "$profile" --namespace ingress-nginx get deployment ingress-nginx-controller >/dev/null 2>&1 ||
    addon_there ingress-nginx ingress-nginx-controller
}

# What an addon that never started leaves behind. Its webhook would refuse every Ingress and with it the installation;
# "addons disable" does not see an addon whose start was broken off.
clear_ingress() {
  mk addons disable ingress >/dev/null 2>&1 || true
  kubectl --context "$profile" delete --ignore-not-found --wait=false \
    validatingwebhookconfiguration/ingress-nginx-admission ingressclass/nginx namespace/ingress-nginx \
    clusterrole/ingress-nginx clusterrolebinding/ingress-nginx \
    clusterrole/ingress-nginx-admission clusterrolebinding/ingress-nginx-admission >/dev/null
}

enable_ingress() {
  if [ "$ingress" = no ]; then return 0; fi
  if [ "$dry_run" = no ] && ingress_served; then
    say "ingress: the class nginx is served already, the addon is left alone"
  elif enable_addon ingress ingress-nginx ingress-nginx-controller; then
    say "ingress: the class nginx is ready"
  else
    later "the ingress addon is not ready ($why), so it was removed and http://taskora.local will not answer; the other addresses do. Next: the same command again, once its image can be pulled"
    clear_ingress
    ingress=no
  fi
}

addons() {
  step "Addons"
  enable_storage
  enable_metrics
  enable_ingress
  enable_dashboard
}

# ---------------------------------------------------------------- the application

# The engine that holds the images: the node's own with --docker-env, otherwise this machine's.
engine() { env ${engine_settings[@]+"${engine_settings[@]}"} docker "$@"; }

use_engine() {
  local settings line
  engine_settings=()
  if [ "$in_minikube" = no ]; then return 0; fi
  if [ "$dry_run" = yes ]; then printf '+ eval "$'; printf '(minikube --profile %s docker-env)"\n' "$profile"; return 0; fi
  settings=$(mk docker-env --shell none) || stop_with "$EXIT_IMAGES" "the engine of Minikube can't be used." "the same command without --docker-env"
  while read -r line; do
    case $line in DOCKER_*=*) engine_settings+=("$line") ;; esac
  done <<<"$settings"
}

in_node() { mk ssh -- docker image inspect "$1" >/dev/null 2>&1; }

load() { # IMAGE: into the node, unless it is there; our own tags never mean two things
  if [ "$dry_run" = yes ]; then run minikube --profile "$profile" image load "$1"; return 0; fi
  if in_node "$1"; then say "$1 is in the node already"; return 0; fi
  docker image inspect "$1" >/dev/null 2>&1 || stop_with "$EXIT_IMAGES" "the engine of this machine has no image $1." "docker images"
  bounded 300 minikube --profile "$profile" image load "$1" || true
  in_node "$1" || stop_with "$EXIT_IMAGES" "$1 did not reach the node." "minikube --profile $profile image load $1"
  say "$1 is loaded"
}

build_image() { # PART
  local build_started=$SECONDS
  if [ "$dry_run" = yes ]; then run docker build --build-arg "VERSION=$tag" --tag "taskora-$1:$tag" "$ROOT/$1"; return 0; fi
  engine build --quiet --build-arg "VERSION=$tag" --tag "taskora-$1:$tag" "$ROOT/$1" >/dev/null ||
    stop_with "$EXIT_IMAGES" "the image taskora-$1 was not built." "docker build $1/"
  say "taskora-$1:$tag is built ($((SECONDS - build_started)) s)"
}

# A tag made of the content: a changed image renews the pods, an unchanged one leaves them alone.
content_tag() { # PART -> sets content
  local id
  if [ "$dry_run" = yes ]; then content="$tag-CONTENT"; run docker tag "taskora-$1:$tag" "taskora-$1:$content"; return 0; fi
  id=$(engine image inspect --format '{{.Id}}' "taskora-$1:$tag" 2>/dev/null) ||
    stop_with "$EXIT_IMAGES" "there is no image taskora-$1:$tag." "the same command without --no-build"
  id=${id#sha256:}
  content=$tag-${id:0:12}
  engine tag "taskora-$1:$tag" "taskora-$1:$content"
}

images() {
  step "Images"
  local image part
  image_settings=()
  for image in ${preloaded[@]+"${preloaded[@]}"}; do load "$image"; done
  use_engine
  for part in $PARTS; do
    if [ "$build" = yes ]; then build_image "$part"; fi
    content_tag "$part"
    image_settings+=(--set-string "$part.image.tag=$content" --set "$part.image.pullPolicy=IfNotPresent")
    if [ "$in_minikube" = no ]; then load "taskora-$part:$content"; else say "taskora-$part:$content is in the node"; fi
  done
}

# If this machine has the database's image, the node needn't pull it.
lend_database_image() {
  local image
  if [ "$dry_run" = yes ]; then return 0; fi
  image=$(helm template "$release" "$CHART" ${values[@]+"${values[@]}"} --show-only templates/database/statefulset.yaml 2>/dev/null |
    awk '$1 == "image:" && !found {gsub(/"/, "", $2); print $2; found = 1}') || return 0 # a release without a database
  if [ -n "$image" ] && docker image inspect "$image" >/dev/null 2>&1; then load "$image"; fi
}

why_not_ready() {
  kube get pods 2>/dev/null || true
  kube get events --field-selector type=Warning --sort-by=.lastTimestamp 2>/dev/null | tail -n 8 || true
}

install() {
  step "Installation"
  local settings=(${image_settings[@]+"${image_settings[@]}"} --set frontend.service.type=NodePort --set "ingress.enabled=$([ "$ingress" = yes ] && echo true || echo false)")
  if [ -n "$secret" ]; then settings+=(--set-string "secrets.existingSecret=$secret"); fi
  if [ -n "$secret" ] && [ "$dry_run" = no ] && ! kube get secret "$secret" >/dev/null 2>&1; then
    stop_with "$EXIT_INSTALL" "there is no Secret $secret in the namespace $namespace." "make it as k8s/README.md shows, then the same command again"
  fi
  quietly bounded $((timeout + 60)) helm --kube-context "$profile" --namespace "$namespace" upgrade --install "$release" "$CHART" \
    ${values[@]+"${values[@]}"} "${settings[@]}" ${further[@]+"${further[@]}"} --wait --timeout "${timeout}s" || {
    why_not_ready >&2
    stop_with "$EXIT_INSTALL" "Helm refused the installation, or it was not ready after $timeout s; its message and the warnings of the cluster are above." "look the message up in k8s/TROUBLESHOOTING.md, or: kubectl --context $profile --namespace $namespace describe pods"
  }
  [ "$dry_run" = yes ] || kube get pods
}

make_namespace() {
  if [ "$dry_run" = yes ] || ! kubectl --context "$profile" get namespace "$namespace" >/dev/null 2>&1; then
    run kubectl --context "$profile" create namespace "$namespace"
    run kubectl --context "$profile" label namespace "$namespace" pod-security.kubernetes.io/enforce=restricted
  fi
}

find_kora() { # sets kora: Kora of this checkout, else the one in PATH, else nothing
  kora=$ROOT/.venv/bin/kora
  [ -x "$kora" ] || kora=$(command -v kora || true)
  if [ -n "$kora" ] && [[ $("$kora" --version 2>/dev/null) != "kora "* ]]; then kora=''; fi
}

# Kora prints its phases, and on trouble one cause and one next step; its class of failure becomes ours.
hand_over() {
  step "Application, by kora up"
  local status=0 image
  for image in ${preloaded[@]+"${preloaded[@]}"}; do load "$image"; done
  lend_database_image
  make_namespace
  run "$kora" up "$ROOT" --context "$profile" --namespace "$namespace" --yes || status=$?
  case $status in
    0) return 0 ;;
    20 | 21 | 22) status=$EXIT_IMAGES ;;
    31) status=$EXIT_SMOKE ;;
    69) status=$EXIT_PREFLIGHT ;;
    130) exit 130 ;;
    *) status=$EXIT_INSTALL ;;
  esac
  stop_with "$status" "kora up did not bring Taskora into the cluster; what it said is above." "what kora up named, then the same command again; without Kora: k8s/minikube-setup.sh --by-hand"
}

# The whole way of the application into the cluster is this one function: build, load, install, wait.
deliver() {
  if [ -z "$by_hand" ]; then
    find_kora
    if [ -n "$kora" ]; then hand_over; return 0; fi
    by_hand="Kora is not here; make kora installs it"
  fi
  if [ "$dry_run" = yes ]; then printf '   the manual way, without kora up: %s\n' "$by_hand"; fi
  if [ "$by_hand" != "--by-hand was given" ]; then later "the application goes the manual way, without kora up: $by_hand."; fi
  images
  lend_database_image
  make_namespace
  install
}

# ---------------------------------------------------------------- does it work, and where?

answers() { # URL [HOST]: whether the server behind an address says that it is healthy
  curl --silent --fail --max-time 10 ${2:+--header "Host: $2"} "$1" 2>/dev/null | grep -q '"healthy"'
}

within() { # SECONDS COMMAND…: until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then return 1; fi
    sleep 2
  done
}

find_addresses() {
  service=$(kube get service --selector "app.kubernetes.io/instance=$release,app.kubernetes.io/component=frontend" -o 'jsonpath={.items[0].metadata.name}' 2>/dev/null) ||
    stop_with "$EXIT_INSTALL" "there is no page of the release $release in the namespace $namespace." "k8s/minikube-setup.sh"
  url='' host='' node=$(mk ip)
  # Beside Linux the docker driver has no route to the node; the tunnel must stay open in a window of its own there.
  if [ "$(uname -s)" = Linux ]; then
    url=$(bounded 30 minikube --profile "$profile" service "$service" --namespace "$namespace" --url 2>/dev/null | head -n 1) || url=''
  fi
  host=$(kube get ingress --selector "app.kubernetes.io/instance=$release" -o 'jsonpath={.items[0].spec.rules[0].host}' 2>/dev/null) || host=''
}

smoke() {
  step "Does it work?"
  if [ "$dry_run" = yes ]; then
    run helm --kube-context "$profile" --namespace "$namespace" test "$release" --timeout 120s
    return 0
  fi
  bounded 150 helm --kube-context "$profile" --namespace "$namespace" test "$release" --timeout 120s >/dev/null ||
    stop_with "$EXIT_SMOKE" "the walk page -> server -> database got stuck." "kubectl --context $profile --namespace $namespace logs $release-test"
  say "page -> server -> database: walked inside of the cluster"
  find_addresses
  if [ "$ingress" = no ]; then host=''; fi
  if ! command -v curl >/dev/null; then later "curl is not installed, so the addresses were not tried from here."; return 0; fi
  if [ -n "$url" ]; then
    within 30 answers "$url/api/health" || stop_with "$EXIT_SMOKE" "$url does not answer although the pods are ready." "kubectl --context $profile --namespace $namespace get endpointslices"
    say "$url answers"
  fi
  if [ -n "$host" ] && [ "$(uname -s)" = Linux ]; then
    if within 30 answers "http://$node/api/health" "$host"; then say "http://$host answers through the ingress"; else
      later "the ingress does not answer for $host. Next: kubectl --context $profile --namespace $namespace describe ingress"
    fi
  fi
}

show_addresses() {
  local note
  if [ "$dry_run" = yes ]; then return 0; fi
  printf '\nTaskora runs (%s s).\n' "$((SECONDS - started))"
  if [ -n "$url" ]; then printf '  %s\n' "$url"; else
    printf '  minikube --profile %s service %s --namespace %s --url   (keep it running)\n' "$profile" "$service" "$namespace"
  fi
  if [ -n "$host" ] && [ "$(uname -s)" = Linux ]; then
    printf '  http://%s   once this line is in /etc/hosts:\n      %s %s\n' "$host" "$node" "$host"
  elif [ -n "$host" ]; then
    printf '  http://%s   with "127.0.0.1 %s" in /etc/hosts and this running: sudo minikube --profile %s tunnel\n' "$host" "$host" "$profile"
  fi
  printf '  kubectl --context %s --namespace %s port-forward service/%s 3000:3000   then http://localhost:3000\n' "$profile" "$namespace" "$service"
  for note in ${notes[@]+"${notes[@]}"}; do printf 'NOTE: %s\n' "$note"; done
}

# ---------------------------------------------------------------- the other actions

show_status() {
  mk status || stop_with "$EXIT_CLUSTER" "Minikube does not run in the profile $profile." "k8s/minikube-setup.sh"
  kube get pods,services,ingress,persistentvolumeclaims
  find_addresses
  show_addresses
}

delete_profile() {
  if [ "$sure" = no ] && [ "$dry_run" = no ]; then
    [ -t 0 ] || wrong "--delete removes the profile $profile with all rows in it; without a terminal it needs --yes."
    local answer
    read -r -p "Delete the profile $profile with all rows in it? Type yes: " answer
    [ "$answer" = yes ] || stop_with "$EXIT_USAGE" "nothing was deleted." "k8s/minikube-setup.sh --delete --yes"
  fi
  run minikube --profile "$profile" delete
}

read_arguments "$@"
case $action in
  check) preflight; say "fit" ;;
  status) show_status ;;
  stop) run minikube --profile "$profile" stop ;;
  delete) delete_profile ;;
  setup)
    preflight
    start_cluster
    addons
    deliver
    smoke
    show_addresses ;;
esac
