"""The operator: watches the namespaces that its policies name, heals what is safe, and keeps records in the cluster."""
