/// The Roles that a cluster's administrator gives to sluice: what verifying and deploying need.
///
/// Those of Deployments, ReplicaSets and Pods were found on a real control plane by taking away one right at a time; those
/// of StatefulSets, Leases, logs and the pod proxy are what the requests ask for, and have not been tried under RBAC.
package enum ClusterRoles {
  /// Both Roles as YAML, with what each right is for.
  package static let manifest = """
    # Read this, set the namespace, then: kubectl apply --namespace NAMESPACE --filename -
    # sluice-verifier sees rollouts and changes nothing; sluice-deployer also deploys, rolls back and takes the lock.
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: sluice-verifier
    rules:
      - apiGroups: [apps]
        resources: [deployments, statefulsets]
        verbs: [get]
      - apiGroups: [apps]
        resources: [replicasets, controllerrevisions]   # which generation is which
        verbs: [list]
      - apiGroups: [""]
        resources: [pods]   # how each pod ends stands for about a second: a watch sees it, a list does not
        verbs: [list, watch]
      - apiGroups: [""]
        resources: [pods/proxy, pods/log]   # calls of each worker, for 'worker-http'; logs that go with their pods
        verbs: [get]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: sluice-deployer
    rules:
      - apiGroups: [apps]
        resources: [deployments, statefulsets]
        verbs: [get, patch]   # setting the image and undoing are patches
      - apiGroups: [apps]
        resources: [replicasets, controllerrevisions]
        verbs: [get, list]   # undo reads the template that it puts back
      - apiGroups: [""]
        resources: [pods]
        verbs: [list, watch]
      - apiGroups: [""]
        resources: [pods/proxy, pods/log]
        verbs: [get]
      - apiGroups: [coordination.k8s.io]
        resources: [leases]   # the lock that other machines see; not needed with 'lease: false'
        verbs: [get, create, update]

    """
}
