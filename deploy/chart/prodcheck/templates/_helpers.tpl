{{/* A release named prodcheck needs no second name. */}}
{{- define "prodcheck.name" -}}
{{- if contains "prodcheck" .Release.Name -}}
{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-prodcheck" .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{- define "prodcheck.selector" -}}
app.kubernetes.io/name: prodcheck
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "prodcheck.labels" -}}
{{ include "prodcheck.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "prodcheck.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "prodcheck.name" .) }}
{{- end -}}

{{/* The pod of both modes. They differ in .arguments and .serving. */}}
{{- define "prodcheck.pod" -}}
metadata:
  labels:
    {{- include "prodcheck.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ if .serving }}server{{ else }}audit{{ end }}
  {{- $annotations := .root.Values.podAnnotations }}
  {{- with .root.Values.config }}
  {{- $annotations = merge (dict "checksum/config" (toYaml . | sha256sum)) $annotations }}
  {{- end }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .root.Values }}
  {{- $web := and $.serving .webConfigSecret }}
  {{- $reports := and (not $.serving) .reports }}
  {{- $history := .history.enabled }}
  {{- $mounts := or .config $web $reports $.sharded $history }}
  serviceAccountName: {{ include "prodcheck.serviceAccount" $.root }}
  automountServiceAccountToken: true
  {{- if not $.serving }}
  restartPolicy: Never
  {{- end }}
  {{- with .imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    {{- if or $reports $.sharded $history }}
    fsGroup: 65532
    {{- end }}
    seccompProfile:
      type: RuntimeDefault
  containers:
  - name: prodcheck
    image: {{ printf "%s:%s" .image.repository (.image.tag | default $.root.Chart.AppVersion) }}{{ with .image.digest }}@{{ . }}{{ end }}
    imagePullPolicy: {{ .image.pullPolicy }}
    args:
    {{- range concat $.arguments .args }}
    - {{ . | quote }}
    {{- end }}
    {{- if .secrets }}
    - "--secrets"
    {{- end }}
    {{- if and $history (not (dig "history" "directory" "" .config)) }}
    - "--history=/history"
    {{- with .history.keep }}
    - {{ printf "--history-keep=%s" . | quote }}
    {{- end }}
    {{- end }}
    {{- with .clusterName }}
    - {{ printf "--cluster-name=%s" . | quote }}
    {{- end }}
    {{- if .config }}
    - "--config=/etc/prodcheck/config.yaml"
    {{- end }}
    {{- if $web }}
    - "--web.config.file=/etc/prodcheck-web/web.yaml"
    {{- end }}
    env:
    - name: GOMEMLIMIT
      valueFrom:
        resourceFieldRef:
          resource: limits.memory
    {{- if $.sharded }}
    - name: JOB_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.labels['batch.kubernetes.io/job-name']
    {{- end }}
    {{- if $.serving }}
    ports:
    - name: http
      containerPort: 8080
    startupProbe:
      {{- if $web }}
      tcpSocket:
        port: http
      {{- else }}
      httpGet:
        path: /healthz
        port: http
      {{- end }}
      periodSeconds: 2
      failureThreshold: 30
      timeoutSeconds: 5
    readinessProbe:
      {{- if $web }}
      tcpSocket:
        port: http
      {{- else }}
      httpGet:
        path: /readyz
        port: http
      {{- end }}
      periodSeconds: 10
      timeoutSeconds: 5
    livenessProbe:
      {{- if $web }}
      tcpSocket:
        port: http
      {{- else }}
      httpGet:
        path: /healthz
        port: http
      {{- end }}
      periodSeconds: 20
      timeoutSeconds: 5
    lifecycle:
      preStop:
        sleep:
          seconds: 5
    {{- end }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop:
        - ALL
    {{- if $mounts }}
    volumeMounts:
    {{- end }}
    {{- if $.sharded }}
    - name: shards
      mountPath: /shards
    {{- end }}
    {{- if .config }}
    - name: config
      mountPath: /etc/prodcheck
      readOnly: true
    {{- end }}
    {{- if $web }}
    - name: web
      mountPath: /etc/prodcheck-web
      readOnly: true
    {{- end }}
    {{- if $reports }}
    - name: reports
      mountPath: /reports
    {{- end }}
    {{- if $history }}
    - name: history
      mountPath: /history
    {{- end }}
  {{- if $mounts }}
  volumes:
  {{- end }}
  {{- if $.sharded }}
  {{- if not .shardsVolume }}
  {{- fail "shards need shardsVolume, a volume that all pods of the Job can mount" }}
  {{- end }}
  - name: shards
    {{- toYaml .shardsVolume | nindent 4 }}
  {{- end }}
  {{- if .config }}
  - name: config
    configMap:
      name: {{ include "prodcheck.name" $.root }}
  {{- end }}
  {{- if $web }}
  - name: web
    secret:
      secretName: {{ .webConfigSecret }}
  {{- end }}
  {{- if $reports }}
  - name: reports
    {{- toYaml $reports | nindent 4 }}
  {{- end }}
  {{- if $history }}
  - name: history
    {{- with .history.volume }}
    {{- toYaml . | nindent 4 }}
    {{- else }}
    persistentVolumeClaim:
      claimName: {{ include "prodcheck.name" $.root }}-history
    {{- end }}
  {{- end }}
  {{- with .nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}
