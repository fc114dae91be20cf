"""From a source tree to a running, verified application on a cluster: the phases of `kora up` and what stands beside.

`configuration` reads kora.yaml; `image_phases` and `release_phases` are the steps and `up` runs them in order;
`providers`, `checks`, `doors` look at the cluster; `credentials`, `values`, `difference` prepare the release;
`workloads` and `trouble` watch it roll out; `smoke` proves that it does what it should; `survey` writes a kora.yaml for
a repository that has none; `care` is what follows: down, status, logs.
"""
