"""From a source tree to a running, verified application on a cluster: the phases of `kora up` and what stands beside.

`configuration` reads kora.yaml; `phases` are the steps in their order and `up` runs them; `providers`, `checks`, `doors`
look at the cluster; `credentials`, `values`, `difference` prepare the release; `workloads`, `trouble` watch it roll out;
`smoke` proves that it does what it should; `survey` writes a kora.yaml for a repository that has none.
"""
