"""Command lines that change nothing and show nothing confidential, as people write them. None of them may ask."""

LINES = r"""
get pods
get po
get pods -A
get pods --all-namespaces
get pods -n shop
-n shop get pods
--namespace shop get pods
--namespace=shop get pods -o wide
get pods -nshop -owide
get pods -Aowide
-o json get pods
-ojson get pods
-v=2 get pods
-v 2 get pods
--request-timeout=5s get pods
--request-timeout 5s get nodes
get pods --request-timeout=5s
get pods -l app=web
get pods -l app=web,tier!=db
get pods -l 'env in (prod,dev)'
get pods --selector=app=web
get pods --field-selector status.phase!=Running
get pods --field-selector=status.phase=Failed -A
get pods --sort-by=.metadata.creationTimestamp
get pods --sort-by='{.status.startTime}'
get pods -w
get pods --watch
get pods --watch=false
get pods --show-labels
get pods --no-headers
get pods --ignore-not-found
get pods -L app
get pods web-0 -o yaml
get pods web-0 -o json
get pods -o name
get pods -o jsonpath='{.items[*].metadata.name}'
get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}'
get pods -o jsonpath='{.items[?(@.status.phase=="Running")].metadata.name}'
get pods -o jsonpath='{.items[?(@.spec.replicas>1)].metadata.name}'
get pods -o go-template='{{range .items}}{{.metadata.name}}{{"\n"}}{{end}}'
get pods -o go-template --template='{{len .items}}'
get pods -o custom-columns=NAME:.metadata.name,PHASE:.status.phase
get pods -o custom-columns='A:.metadata.labels.app\.kubernetes\.io/name'
get all
get all -n shop
get deploy,svc,ing
get deploy/web svc/web
get deployments.apps
get deployments.v1.apps web
get svc
get ingress -A
get cm
get configmap web -o yaml
get nodes -o wide
get events --sort-by=.lastTimestamp
get pvc,pv
get sa
get roles,rolebindings
get clusterroles
get hpa
get crd
get agentpolicies.kora.taskora.dev
get Pods
get -- pods
get pods --chunk-size=0
get deploy web --subresource=scale
get pods --output=json --show-managed-fields
describe pod web-0
describe deploy/web
describe nodes
describe pods -l app=web
-n shop describe svc web
logs web-0
logs deploy/web
logs web-0 -c app
logs web-0 -p
logs web-0 --previous --tail=50
logs web-0 --tail -1
logs -f web-0
logs -l app=web --all-containers --prefix
logs web-0 --since=1h --timestamps
-n shop logs deploy/web --tail=20
events
events --for pod/web-0
events -A --types=Warning
top pods
top pod -A
top nodes
top node --sort-by=cpu
top pods --containers
explain pods
explain pods.spec.containers --recursive
explain secret
explain secrets.data
rollout history deploy/web
rollout history deployment web --revision=2
-n shop rollout history deployment/web
rollout -n shop history deployment/web
rollout status deploy/web
rollout status deploy/web --timeout=60s
rollout status deploy/web --watch=false
rollout history deploy/web -o yaml
rollout status -f web.yaml
auth can-i get pods
auth can-i get secrets
auth can-i create deployments --namespace shop
auth can-i '*' '*'
auth can-i --list
auth whoami
api-resources
api-resources --namespaced=true -o wide
api-versions
cluster-info
version
version --client
version -o json
config view
config view --minify
config view -o jsonpath='{.contexts[*].name}'
config current-context
config get-contexts
config get-contexts -o name
config get-clusters
config get-users
completion bash
options
help
help rollout
--help
get --help
delete --help
rollout --help
create deployment --help
create deploy -h
plugin list
diff -f web.yaml
diff -f manifests/ -R
diff -k overlays/dev
kustomize overlays/dev
kustomize .
wait --for=condition=Ready pod/web-0
wait --for=condition=available deploy/web --timeout=60s
wait --for=delete pod/web-0
wait --for=jsonpath='{.status.phase}'=Running pod/web-0
port-forward svc/web 8080:80
port-forward --address 127.0.0.1 svc/web 8080:80
port-forward --address=localhost,127.0.0.1 pod/web-0 :80
apply -f web.yaml --dry-run=client
apply -f web.yaml --dry-run=server
--dry-run=server apply -f web.yaml
apply -k overlays/dev --dry-run=server
apply --server-side -f web.yaml --dry-run=server --field-manager=me
create -f web.yaml --dry-run=client -o yaml
create deployment web --image=web:1 --dry-run=client -o yaml
create deploy web --image=web:1 --dry-run=client -o yaml -- sleep 3600
create ns shop --dry-run=client -o yaml
create cm web --from-literal=a=b --dry-run=client -o yaml
run web --image=web:1 --dry-run=client -o yaml
expose deploy web --port=80 --dry-run=client -o yaml
delete pod web-0 --dry-run=server
scale deploy/web --replicas=0 --dry-run=server
drain node-1 --dry-run=client --ignore-daemonsets
label pods --list web-0
label --list pods web-0
annotate pods web-0 --list
label --local -f web.yaml a=b -o yaml
set image deploy/web web=web:2 --dry-run=client
set image --local -f web.yaml web=web:2 -o yaml
set env deploy/web --list
set env pods --all --list
set resources deploy/web --limits=cpu=1 --dry-run=server
patch deploy web -p '{"spec":{"replicas":2}}' --dry-run=server
rollout undo deploy/web --dry-run=client
apply view-last-applied deploy/web
"""

HARMLESS = [line for line in LINES.strip().splitlines() if line]
