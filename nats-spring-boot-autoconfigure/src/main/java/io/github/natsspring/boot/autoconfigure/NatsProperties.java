/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.Options.HostnameResolveMode;
import io.nats.client.Options.ReconnectDelayBehavior;
import io.nats.client.Options.SubjectValidationType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of NATS.
 */
@ConfigurationProperties("nats")
public class NatsProperties {

	/**
	 * Comma-separated list of servers, each as host:port or a URL with the scheme nats,
	 * tls, ws or wss.
	 */
	private @Nullable List<String> servers;

	/**
	 * Whether a property below 'nats' that is not known fails the start.
	 */
	private boolean strict;

	/**
	 * Name of the connection, which the server shows. Uses the name of the application by
	 * default.
	 */
	private @Nullable String connectionName;

	/**
	 * What happens when no server can be reached at the start.
	 */
	private StartupMode startupMode = StartupMode.FAIL_FAST;

	/**
	 * How long to try an unreachable server at the start.
	 */
	private Duration startupTimeout = Duration.ofSeconds(15);

	/**
	 * User name to log in with.
	 */
	private @Nullable String username;

	/**
	 * Password to log in with.
	 */
	private @Nullable String password;

	/**
	 * Token to log in with.
	 */
	private @Nullable String token;

	/**
	 * Location of a file that holds the token to log in with, read again for each attempt
	 * to connect.
	 */
	private @Nullable String tokenFile;

	/**
	 * Location of the credentials file of a user, or its content. Read again for each
	 * attempt to connect.
	 */
	private @Nullable String credentials;

	/**
	 * Seed of the NKey of a user to log in with.
	 */
	private @Nullable String nkeySeed;

	/**
	 * JWT of the user that the seed belongs to.
	 */
	private @Nullable String jwt;

	private final Ssl ssl = new Ssl();

	private final Reconnect reconnect = new Reconnect();

	/**
	 * How long an attempt to connect may take.
	 */
	private @Nullable Duration connectionTimeout;

	/**
	 * Interval of pings that show whether the server is still there.
	 */
	private @Nullable Duration pingInterval;

	/**
	 * Maximum number of unanswered pings before the connection counts as lost.
	 */
	private @Nullable Integer maxPingsOut;

	/**
	 * Prefix of the subjects of replies.
	 */
	private @Nullable String inboxPrefix;

	/**
	 * Whether messages are not delivered to subscriptions of the connection that
	 * published them.
	 */
	private @Nullable Boolean noEcho;

	/**
	 * How long the connection may take to drain when the application stops.
	 */
	private Duration drainTimeout = Duration.ofSeconds(10);

	/**
	 * Whether servers are tried in the order of the list.
	 */
	private @Nullable Boolean noRandomize;

	/**
	 * Whether only the listed servers are used, and not what a cluster announces.
	 */
	private @Nullable Boolean ignoreDiscoveredServers;

	/**
	 * How host names are resolved.
	 */
	private @Nullable HostnameResolveMode hostnameResolveMode;

	/**
	 * How strictly the subjects are checked that calls of the Connection and JetStream
	 * beans name; templates check theirs strictly always.
	 */
	private @Nullable SubjectValidationType subjectValidationType;

	/**
	 * Whether subjects may hold characters other than ASCII.
	 */
	private @Nullable Boolean supportUtf8Subjects;

	/**
	 * Whether the size of a message is checked before it is sent.
	 */
	private @Nullable Boolean clientSideLimitChecks;

	/**
	 * Maximum size of a protocol line.
	 */
	private @Nullable DataSize maxControlLine;

	/**
	 * Whether the connection does without headers.
	 */
	private @Nullable Boolean noHeaders;

	/**
	 * Whether requests without a responder are not answered at once.
	 */
	private @Nullable Boolean noNoResponders;

	/**
	 * Whether a request future without a responder fails with a status exception instead
	 * of being cancelled.
	 */
	private @Nullable Boolean reportNoResponders;

	/**
	 * Whether the server confirms each protocol message.
	 */
	private @Nullable Boolean verbose;

	/**
	 * Whether the server checks the protocol strictly.
	 */
	private @Nullable Boolean pedantic;

	/**
	 * How long nothing at all may come from the server, answers to pings included, before
	 * the connection counts as lost, 0 for no limit. By default half a ping interval
	 * longer than max-pings-out intervals.
	 */
	private @Nullable Duration socketReadTimeout;

	/**
	 * How long a write to the socket may block, 0 for no limit.
	 */
	private @Nullable Duration socketWriteTimeout;

	/**
	 * How long closing the socket may linger, -1 to leave it to the system. If a unit is
	 * not specified, seconds will be used.
	 */
	@DurationUnit(ChronoUnit.SECONDS)
	private @Nullable Duration socketSoLinger;

	/**
	 * Size of the receive buffer of the socket.
	 */
	private @Nullable DataSize receiveBufferSize;

	/**
	 * Size of the send buffer of the socket.
	 */
	private @Nullable DataSize sendBufferSize;

	/**
	 * Initial size of the buffers of the connection.
	 */
	private @Nullable DataSize bufferSize;

	/**
	 * Interval at which unanswered request futures are cancelled, and their timeout where
	 * they have none of their own. Uses the timeout of JetStream publishes by default.
	 */
	private @Nullable Duration requestCleanupInterval;

	/**
	 * Maximum number of messages that wait to be written.
	 */
	private @Nullable Integer maxMessagesInOutgoingQueue;

	/**
	 * Whether messages are discarded when the outgoing queue is full, instead of blocking
	 * the publisher.
	 */
	private @Nullable Boolean discardMessagesWhenOutgoingQueueFull;

	/**
	 * How long a publisher may block when the outgoing queue is full.
	 */
	private @Nullable Duration writeQueuePushTimeout;

	/**
	 * Whether requests and JetStream publishes may share a write to the socket.
	 */
	private @Nullable Boolean dontForceFlushOnRequest;

	/**
	 * Whether a request future that was not answered in time fails with a timeout
	 * exception instead of a cancellation.
	 */
	private @Nullable Boolean useTimeoutException;

	/**
	 * Whether a failed request says why it failed.
	 */
	private @Nullable Boolean advancedRequestBehavior;

	/**
	 * Whether each request has a subscription of its own.
	 */
	private @Nullable Boolean oldRequestStyle;

	/**
	 * Whether dispatchers hand each message to the executor of the connection.
	 */
	private @Nullable Boolean useDispatcherWithExecutor;

	/**
	 * Whether statistics of requests are kept.
	 */
	private @Nullable Boolean turnOnAdvancedStats;

	/**
	 * Whether the steps of connecting are printed to the standard output.
	 */
	private @Nullable Boolean traceConnection;

	/**
	 * Further io.nats.client properties of jnats. Properties that have a key of their own
	 * win.
	 */
	private Map<String, String> properties = new LinkedHashMap<>();

	private final JetStream jetstream = new JetStream();

	/**
	 * Key-value buckets by name.
	 */
	private Map<String, NatsKeyValueProperties> keyValue = new LinkedHashMap<>();

	/**
	 * Object stores by name.
	 */
	private Map<String, NatsObjectStoreProperties> objectStore = new LinkedHashMap<>();

	/**
	 * Further connections by name, with the same keys as the first. Listeners take theirs
	 * from nats.listener.
	 */
	private Map<String, NatsProperties> connections = new LinkedHashMap<>();

	private final Listener listener = new Listener();

	/**
	 * Single listeners by their ids, with the keys of nats.listener. They win over the
	 * annotation, and that over nats.listener.
	 */
	private Map<String, NatsListenerProperties> listeners = new LinkedHashMap<>();

	private final Template template = new Template();

	private final Metrics metrics = new Metrics();

	public @Nullable List<String> getServers() {
		return this.servers;
	}

	public void setServers(@Nullable List<String> servers) {
		this.servers = servers;
	}

	public boolean isStrict() {
		return this.strict;
	}

	public void setStrict(boolean strict) {
		this.strict = strict;
	}

	public @Nullable String getConnectionName() {
		return this.connectionName;
	}

	public void setConnectionName(@Nullable String connectionName) {
		this.connectionName = connectionName;
	}

	public StartupMode getStartupMode() {
		return this.startupMode;
	}

	public void setStartupMode(StartupMode startupMode) {
		this.startupMode = startupMode;
	}

	public Duration getStartupTimeout() {
		return this.startupTimeout;
	}

	public void setStartupTimeout(Duration startupTimeout) {
		this.startupTimeout = startupTimeout;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public @Nullable String getToken() {
		return this.token;
	}

	public void setToken(@Nullable String token) {
		this.token = token;
	}

	public @Nullable String getTokenFile() {
		return this.tokenFile;
	}

	public void setTokenFile(@Nullable String tokenFile) {
		this.tokenFile = tokenFile;
	}

	public @Nullable String getCredentials() {
		return this.credentials;
	}

	public void setCredentials(@Nullable String credentials) {
		this.credentials = credentials;
	}

	public @Nullable String getNkeySeed() {
		return this.nkeySeed;
	}

	public void setNkeySeed(@Nullable String nkeySeed) {
		this.nkeySeed = nkeySeed;
	}

	public @Nullable String getJwt() {
		return this.jwt;
	}

	public void setJwt(@Nullable String jwt) {
		this.jwt = jwt;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Reconnect getReconnect() {
		return this.reconnect;
	}

	public @Nullable Duration getConnectionTimeout() {
		return this.connectionTimeout;
	}

	public void setConnectionTimeout(@Nullable Duration connectionTimeout) {
		this.connectionTimeout = connectionTimeout;
	}

	public @Nullable Duration getPingInterval() {
		return this.pingInterval;
	}

	public void setPingInterval(@Nullable Duration pingInterval) {
		this.pingInterval = pingInterval;
	}

	public @Nullable Integer getMaxPingsOut() {
		return this.maxPingsOut;
	}

	public void setMaxPingsOut(@Nullable Integer maxPingsOut) {
		this.maxPingsOut = maxPingsOut;
	}

	public @Nullable String getInboxPrefix() {
		return this.inboxPrefix;
	}

	public void setInboxPrefix(@Nullable String inboxPrefix) {
		this.inboxPrefix = inboxPrefix;
	}

	public @Nullable Boolean getNoEcho() {
		return this.noEcho;
	}

	public void setNoEcho(@Nullable Boolean noEcho) {
		this.noEcho = noEcho;
	}

	public Duration getDrainTimeout() {
		return this.drainTimeout;
	}

	public void setDrainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	public @Nullable Boolean getNoRandomize() {
		return this.noRandomize;
	}

	public void setNoRandomize(@Nullable Boolean noRandomize) {
		this.noRandomize = noRandomize;
	}

	public @Nullable Boolean getIgnoreDiscoveredServers() {
		return this.ignoreDiscoveredServers;
	}

	public void setIgnoreDiscoveredServers(@Nullable Boolean ignoreDiscoveredServers) {
		this.ignoreDiscoveredServers = ignoreDiscoveredServers;
	}

	public @Nullable HostnameResolveMode getHostnameResolveMode() {
		return this.hostnameResolveMode;
	}

	public void setHostnameResolveMode(@Nullable HostnameResolveMode hostnameResolveMode) {
		this.hostnameResolveMode = hostnameResolveMode;
	}

	public @Nullable SubjectValidationType getSubjectValidationType() {
		return this.subjectValidationType;
	}

	public void setSubjectValidationType(@Nullable SubjectValidationType subjectValidationType) {
		this.subjectValidationType = subjectValidationType;
	}

	public @Nullable Boolean getSupportUtf8Subjects() {
		return this.supportUtf8Subjects;
	}

	public void setSupportUtf8Subjects(@Nullable Boolean supportUtf8Subjects) {
		this.supportUtf8Subjects = supportUtf8Subjects;
	}

	public @Nullable Boolean getClientSideLimitChecks() {
		return this.clientSideLimitChecks;
	}

	public void setClientSideLimitChecks(@Nullable Boolean clientSideLimitChecks) {
		this.clientSideLimitChecks = clientSideLimitChecks;
	}

	public @Nullable DataSize getMaxControlLine() {
		return this.maxControlLine;
	}

	public void setMaxControlLine(@Nullable DataSize maxControlLine) {
		this.maxControlLine = maxControlLine;
	}

	public @Nullable Boolean getNoHeaders() {
		return this.noHeaders;
	}

	public void setNoHeaders(@Nullable Boolean noHeaders) {
		this.noHeaders = noHeaders;
	}

	public @Nullable Boolean getNoNoResponders() {
		return this.noNoResponders;
	}

	public void setNoNoResponders(@Nullable Boolean noNoResponders) {
		this.noNoResponders = noNoResponders;
	}

	public @Nullable Boolean getReportNoResponders() {
		return this.reportNoResponders;
	}

	public void setReportNoResponders(@Nullable Boolean reportNoResponders) {
		this.reportNoResponders = reportNoResponders;
	}

	public @Nullable Boolean getVerbose() {
		return this.verbose;
	}

	public void setVerbose(@Nullable Boolean verbose) {
		this.verbose = verbose;
	}

	public @Nullable Boolean getPedantic() {
		return this.pedantic;
	}

	public void setPedantic(@Nullable Boolean pedantic) {
		this.pedantic = pedantic;
	}

	public @Nullable Duration getSocketReadTimeout() {
		return this.socketReadTimeout;
	}

	public void setSocketReadTimeout(@Nullable Duration socketReadTimeout) {
		this.socketReadTimeout = socketReadTimeout;
	}

	public @Nullable Duration getSocketWriteTimeout() {
		return this.socketWriteTimeout;
	}

	public void setSocketWriteTimeout(@Nullable Duration socketWriteTimeout) {
		this.socketWriteTimeout = socketWriteTimeout;
	}

	public @Nullable Duration getSocketSoLinger() {
		return this.socketSoLinger;
	}

	public void setSocketSoLinger(@Nullable Duration socketSoLinger) {
		this.socketSoLinger = socketSoLinger;
	}

	public @Nullable DataSize getReceiveBufferSize() {
		return this.receiveBufferSize;
	}

	public void setReceiveBufferSize(@Nullable DataSize receiveBufferSize) {
		this.receiveBufferSize = receiveBufferSize;
	}

	public @Nullable DataSize getSendBufferSize() {
		return this.sendBufferSize;
	}

	public void setSendBufferSize(@Nullable DataSize sendBufferSize) {
		this.sendBufferSize = sendBufferSize;
	}

	public @Nullable DataSize getBufferSize() {
		return this.bufferSize;
	}

	public void setBufferSize(@Nullable DataSize bufferSize) {
		this.bufferSize = bufferSize;
	}

	public @Nullable Duration getRequestCleanupInterval() {
		return this.requestCleanupInterval;
	}

	public void setRequestCleanupInterval(@Nullable Duration requestCleanupInterval) {
		this.requestCleanupInterval = requestCleanupInterval;
	}

	public @Nullable Integer getMaxMessagesInOutgoingQueue() {
		return this.maxMessagesInOutgoingQueue;
	}

	public void setMaxMessagesInOutgoingQueue(@Nullable Integer maxMessagesInOutgoingQueue) {
		this.maxMessagesInOutgoingQueue = maxMessagesInOutgoingQueue;
	}

	public @Nullable Boolean getDiscardMessagesWhenOutgoingQueueFull() {
		return this.discardMessagesWhenOutgoingQueueFull;
	}

	public void setDiscardMessagesWhenOutgoingQueueFull(@Nullable Boolean discardMessagesWhenOutgoingQueueFull) {
		this.discardMessagesWhenOutgoingQueueFull = discardMessagesWhenOutgoingQueueFull;
	}

	public @Nullable Duration getWriteQueuePushTimeout() {
		return this.writeQueuePushTimeout;
	}

	public void setWriteQueuePushTimeout(@Nullable Duration writeQueuePushTimeout) {
		this.writeQueuePushTimeout = writeQueuePushTimeout;
	}

	public @Nullable Boolean getDontForceFlushOnRequest() {
		return this.dontForceFlushOnRequest;
	}

	public void setDontForceFlushOnRequest(@Nullable Boolean dontForceFlushOnRequest) {
		this.dontForceFlushOnRequest = dontForceFlushOnRequest;
	}

	public @Nullable Boolean getUseTimeoutException() {
		return this.useTimeoutException;
	}

	public void setUseTimeoutException(@Nullable Boolean useTimeoutException) {
		this.useTimeoutException = useTimeoutException;
	}

	public @Nullable Boolean getAdvancedRequestBehavior() {
		return this.advancedRequestBehavior;
	}

	public void setAdvancedRequestBehavior(@Nullable Boolean advancedRequestBehavior) {
		this.advancedRequestBehavior = advancedRequestBehavior;
	}

	public @Nullable Boolean getOldRequestStyle() {
		return this.oldRequestStyle;
	}

	public void setOldRequestStyle(@Nullable Boolean oldRequestStyle) {
		this.oldRequestStyle = oldRequestStyle;
	}

	public @Nullable Boolean getUseDispatcherWithExecutor() {
		return this.useDispatcherWithExecutor;
	}

	public void setUseDispatcherWithExecutor(@Nullable Boolean useDispatcherWithExecutor) {
		this.useDispatcherWithExecutor = useDispatcherWithExecutor;
	}

	public @Nullable Boolean getTurnOnAdvancedStats() {
		return this.turnOnAdvancedStats;
	}

	public void setTurnOnAdvancedStats(@Nullable Boolean turnOnAdvancedStats) {
		this.turnOnAdvancedStats = turnOnAdvancedStats;
	}

	public @Nullable Boolean getTraceConnection() {
		return this.traceConnection;
	}

	public void setTraceConnection(@Nullable Boolean traceConnection) {
		this.traceConnection = traceConnection;
	}

	public Map<String, String> getProperties() {
		return this.properties;
	}

	public void setProperties(Map<String, String> properties) {
		this.properties = properties;
	}

	public JetStream getJetstream() {
		return this.jetstream;
	}

	public Map<String, NatsKeyValueProperties> getKeyValue() {
		return this.keyValue;
	}

	public void setKeyValue(Map<String, NatsKeyValueProperties> keyValue) {
		this.keyValue = keyValue;
	}

	public Map<String, NatsObjectStoreProperties> getObjectStore() {
		return this.objectStore;
	}

	public void setObjectStore(Map<String, NatsObjectStoreProperties> objectStore) {
		this.objectStore = objectStore;
	}

	public Map<String, NatsProperties> getConnections() {
		return this.connections;
	}

	public void setConnections(Map<String, NatsProperties> connections) {
		this.connections = connections;
	}

	public Listener getListener() {
		return this.listener;
	}

	public Map<String, NatsListenerProperties> getListeners() {
		return this.listeners;
	}

	public void setListeners(Map<String, NatsListenerProperties> listeners) {
		this.listeners = listeners;
	}

	public Template getTemplate() {
		return this.template;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	/**
	 * Encryption.
	 */
	public static class Ssl {

		/**
		 * Whether to use TLS. Enabled by default if there is a bundle, or a server with
		 * the scheme tls or wss.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Name of the SSL bundle with the certificates that are trusted, and the
		 * certificate of the client if the server wants one. Without a bundle, the trust
		 * store of the JVM is used.
		 */
		private @Nullable String bundle;

		/**
		 * Whether the certificate of a server must be for the host that is connected to.
		 */
		private boolean verifyHostname = true;

		/**
		 * Whether the TLS handshake comes before anything else, as servers with
		 * handshake_first want it.
		 */
		private boolean handshakeFirst;

		/**
		 * Whether any certificate is accepted, from anybody. Insecure, for experiments
		 * only.
		 */
		private boolean insecureTrustAll;

		public boolean isEnabled() {
			return (this.enabled != null) ? this.enabled : StringUtils.hasLength(this.bundle);
		}

		@Nullable Boolean explicitlyEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

		public boolean isVerifyHostname() {
			return this.verifyHostname;
		}

		public void setVerifyHostname(boolean verifyHostname) {
			this.verifyHostname = verifyHostname;
		}

		public boolean isHandshakeFirst() {
			return this.handshakeFirst;
		}

		public void setHandshakeFirst(boolean handshakeFirst) {
			this.handshakeFirst = handshakeFirst;
		}

		public boolean isInsecureTrustAll() {
			return this.insecureTrustAll;
		}

		public void setInsecureTrustAll(boolean insecureTrustAll) {
			this.insecureTrustAll = insecureTrustAll;
		}

	}

	/**
	 * How a lost connection is made again.
	 */
	public static class Reconnect {

		/**
		 * Maximum number of attempts to reconnect per server, -1 for no limit.
		 */
		private @Nullable Integer maxAttempts;

		/**
		 * Wait between attempts to reconnect to the same server.
		 */
		private @Nullable Duration wait;

		/**
		 * Maximum random time to add to the wait.
		 */
		private @Nullable Duration jitter;

		/**
		 * Maximum random time to add to the wait of TLS connections.
		 */
		private @Nullable Duration jitterTls;

		/**
		 * Maximum size of what is published while disconnected, 0 for nothing and -1 for
		 * no limit.
		 */
		private @Nullable DataSize bufferSize;

		/**
		 * Before which rounds of attempts there is a wait.
		 */
		private @Nullable ReconnectDelayBehavior delayBehavior;

		public @Nullable Integer getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(@Nullable Integer maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public @Nullable Duration getWait() {
			return this.wait;
		}

		public void setWait(@Nullable Duration wait) {
			this.wait = wait;
		}

		public @Nullable Duration getJitter() {
			return this.jitter;
		}

		public void setJitter(@Nullable Duration jitter) {
			this.jitter = jitter;
		}

		public @Nullable Duration getJitterTls() {
			return this.jitterTls;
		}

		public void setJitterTls(@Nullable Duration jitterTls) {
			this.jitterTls = jitterTls;
		}

		public @Nullable DataSize getBufferSize() {
			return this.bufferSize;
		}

		public void setBufferSize(@Nullable DataSize bufferSize) {
			this.bufferSize = bufferSize;
		}

		public @Nullable ReconnectDelayBehavior getDelayBehavior() {
			return this.delayBehavior;
		}

		public void setDelayBehavior(@Nullable ReconnectDelayBehavior delayBehavior) {
			this.delayBehavior = delayBehavior;
		}

	}

	/**
	 * Properties of JetStream.
	 */
	public static class JetStream {

		/**
		 * Whether to use JetStream.
		 */
		private boolean enabled = true;

		/**
		 * JetStream domain.
		 */
		private @Nullable String domain;

		/**
		 * Subject prefix of the JetStream API.
		 */
		private @Nullable String apiPrefix;

		/**
		 * How long a request to the JetStream API may take. Uses the connection timeout
		 * by default.
		 */
		private @Nullable Duration requestTimeout;

		/**
		 * Whether the permissions on the server that the application needs are logged at
		 * the start.
		 */
		private boolean printPermissions;

		/**
		 * What may be done to the server for the declared streams, consumers and buckets.
		 */
		private ProvisioningMode provisioning = ProvisioningMode.CREATE;

		/**
		 * Whether what has to be done to the server is logged and nothing is done.
		 * JetStream listeners do not start by themselves then.
		 */
		private boolean planOnly;

		private final Publish publish = new Publish();

		/**
		 * Streams by name.
		 */
		private Map<String, NatsStreamProperties> streams = new LinkedHashMap<>();

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getDomain() {
			return this.domain;
		}

		public void setDomain(@Nullable String domain) {
			this.domain = domain;
		}

		public @Nullable String getApiPrefix() {
			return this.apiPrefix;
		}

		public void setApiPrefix(@Nullable String apiPrefix) {
			this.apiPrefix = apiPrefix;
		}

		public @Nullable Duration getRequestTimeout() {
			return this.requestTimeout;
		}

		public void setRequestTimeout(@Nullable Duration requestTimeout) {
			this.requestTimeout = requestTimeout;
		}

		public boolean isPrintPermissions() {
			return this.printPermissions;
		}

		public void setPrintPermissions(boolean printPermissions) {
			this.printPermissions = printPermissions;
		}

		public ProvisioningMode getProvisioning() {
			return this.provisioning;
		}

		public void setProvisioning(ProvisioningMode provisioning) {
			this.provisioning = provisioning;
		}

		public boolean isPlanOnly() {
			return this.planOnly;
		}

		public void setPlanOnly(boolean planOnly) {
			this.planOnly = planOnly;
		}

		public Publish getPublish() {
			return this.publish;
		}

		public Map<String, NatsStreamProperties> getStreams() {
			return this.streams;
		}

		public void setStreams(Map<String, NatsStreamProperties> streams) {
			this.streams = streams;
		}

	}

	/**
	 * Properties of publishes to JetStream.
	 */
	public static class Publish {

		/**
		 * How long to wait for the confirmation of a publish.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		/**
		 * Maximum number of asynchronous publishes that wait for their confirmation.
		 */
		private int maxInFlight = 1000;

		/**
		 * Whether to observe what is published to streams, if there is an observation
		 * registry.
		 */
		private boolean observationEnabled;

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public void setObservationEnabled(boolean observationEnabled) {
			this.observationEnabled = observationEnabled;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public int getMaxInFlight() {
			return this.maxInFlight;
		}

		public void setMaxInFlight(int maxInFlight) {
			this.maxInFlight = maxInFlight;
		}

	}

	/**
	 * Defaults of all listeners.
	 */
	public static class Listener {

		/**
		 * Whether listeners start with the application.
		 */
		private boolean autoStartup = true;

		/**
		 * How many handlers of a JetStream listener may run at once, per instance.
		 */
		private int concurrency = 1;

		/**
		 * How the messages of JetStream listeners are acknowledged.
		 */
		private AckMode ackMode = AckMode.AUTO;

		/**
		 * Maximum number of messages that are fetched and not settled, per listener and
		 * instance. By default 500, and up to 4000 for a JetStream listener for which
		 * these are less than 100 ms of work.
		 */
		private @Nullable Integer maxInFlight;

		/**
		 * Maximum size of the messages that are fetched and not settled, per JetStream
		 * listener and instance; zero for no limit. A single message may be larger.
		 */
		private DataSize maxBytesInFlight = DataSize.ofMegabytes(64);

		/**
		 * What a listener does when its consumer is gone while it runs: wait for it, make
		 * it again behind what the server has seen acknowledged, or fail.
		 */
		private MissingConsumer missingConsumer = MissingConsumer.WAIT;

		/**
		 * How long running handlers may take to end when a listener stops.
		 */
		private Duration shutdownTimeout = Duration.ofSeconds(20);

		/**
		 * How long a JetStream listener may be unable to consume before it is reported as
		 * stalled.
		 */
		private Duration stallTimeout = Duration.ofSeconds(30);

		/**
		 * How long no message may arrive before an idle event is published, and again
		 * after each such time. By default there are no such events.
		 */
		private @Nullable Duration idleEventInterval;

		private final Retry retry = new Retry();

		private final DeadLetter deadLetter = new DeadLetter();

		private final AckExtension ackExtension = new AckExtension();

		/**
		 * Whether to observe the runs of listeners, their replies and their dead letters,
		 * if there is an observation registry.
		 */
		private boolean observationEnabled;

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public void setObservationEnabled(boolean observationEnabled) {
			this.observationEnabled = observationEnabled;
		}

		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		public void setAutoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public AckMode getAckMode() {
			return this.ackMode;
		}

		public void setAckMode(AckMode ackMode) {
			this.ackMode = ackMode;
		}

		public @Nullable Integer getMaxInFlight() {
			return this.maxInFlight;
		}

		public void setMaxInFlight(@Nullable Integer maxInFlight) {
			this.maxInFlight = maxInFlight;
		}

		public DataSize getMaxBytesInFlight() {
			return this.maxBytesInFlight;
		}

		public void setMaxBytesInFlight(DataSize maxBytesInFlight) {
			this.maxBytesInFlight = maxBytesInFlight;
		}

		public MissingConsumer getMissingConsumer() {
			return this.missingConsumer;
		}

		public void setMissingConsumer(MissingConsumer missingConsumer) {
			this.missingConsumer = missingConsumer;
		}

		public Duration getShutdownTimeout() {
			return this.shutdownTimeout;
		}

		public void setShutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
		}

		public Duration getStallTimeout() {
			return this.stallTimeout;
		}

		public void setStallTimeout(Duration stallTimeout) {
			this.stallTimeout = stallTimeout;
		}

		public @Nullable Duration getIdleEventInterval() {
			return this.idleEventInterval;
		}

		public void setIdleEventInterval(@Nullable Duration idleEventInterval) {
			this.idleEventInterval = idleEventInterval;
		}

		public Retry getRetry() {
			return this.retry;
		}

		public DeadLetter getDeadLetter() {
			return this.deadLetter;
		}

		public AckExtension getAckExtension() {
			return this.ackExtension;
		}

	}

	/**
	 * When a message whose handler failed is handled again.
	 */
	public static class Retry {

		/**
		 * Whether the server delivers a failed message again, or it is kept and handled
		 * again before those behind it. Listeners with an ordering key keep it, whatever
		 * is set here.
		 */
		private RetrySettings.Mode mode = RetrySettings.Mode.REDELIVER;

		/**
		 * How many runs may fail before a message is given up, the first included, or 0
		 * for any number. By default 5 for listeners with dead letters, any number for
		 * others.
		 */
		private @Nullable Integer maxAttempts;

		/**
		 * Number of deliveries above which a message is not handled any more but given
		 * up, which ends crash loops, or 0 for no bound. By default 10 more than the
		 * attempts if those are bounded.
		 */
		private @Nullable Integer maxDeliveries;

		/**
		 * Delay before the first retry.
		 */
		private Duration initialInterval = Duration.ofSeconds(1);

		/**
		 * Factor by which the delay grows from one retry to the next.
		 */
		private double multiplier = 2.0;

		/**
		 * Maximum delay between retries.
		 */
		private Duration maxInterval = Duration.ofMinutes(1);

		/**
		 * Random part of the delay, from 0 to 1.
		 */
		private double jitter = 0.2;

		/**
		 * Comma-separated list of exception classes after which a message is given up at
		 * once. Subclasses and causes count, too.
		 */
		private @Nullable List<Class<? extends Throwable>> notRetryable;

		/**
		 * What becomes of a message that is given up. Discarding it needs a stream with
		 * limits retention.
		 */
		private RetrySettings.OnExhausted onExhausted = RetrySettings.OnExhausted.DEAD_LETTER;

		public RetrySettings.Mode getMode() {
			return this.mode;
		}

		public void setMode(RetrySettings.Mode mode) {
			this.mode = mode;
		}

		public @Nullable Integer getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(@Nullable Integer maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public @Nullable Integer getMaxDeliveries() {
			return this.maxDeliveries;
		}

		public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
			this.maxDeliveries = maxDeliveries;
		}

		public Duration getInitialInterval() {
			return this.initialInterval;
		}

		public void setInitialInterval(Duration initialInterval) {
			this.initialInterval = initialInterval;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(Duration maxInterval) {
			this.maxInterval = maxInterval;
		}

		public double getJitter() {
			return this.jitter;
		}

		public void setJitter(double jitter) {
			this.jitter = jitter;
		}

		public @Nullable List<Class<? extends Throwable>> getNotRetryable() {
			return this.notRetryable;
		}

		public void setNotRetryable(@Nullable List<Class<? extends Throwable>> notRetryable) {
			this.notRetryable = notRetryable;
		}

		public RetrySettings.OnExhausted getOnExhausted() {
			return this.onExhausted;
		}

		public void setOnExhausted(RetrySettings.OnExhausted onExhausted) {
			this.onExhausted = onExhausted;
		}

	}

	/**
	 * Where messages go that cannot be handled.
	 */
	public static class DeadLetter {

		/**
		 * Whether there are dead letters. By default there are as soon as a stream
		 * captures their subject, or their stream is set.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Subject of dead letters, in which {stream} and {consumer} stand for those of
		 * the listener.
		 */
		private String subject = "dlq.{stream}.{consumer}";

		/**
		 * Stream that holds dead letters, in which {stream} and {consumer} stand for
		 * those of the listener. One that is missing is created under the provisioning
		 * mode. By default any stream that captures the subject, or {stream}_DLQ where
		 * one has to be created.
		 */
		private @Nullable String stream;

		/**
		 * Whether dead letters hold the stack trace of the exception.
		 */
		private boolean includeStackTrace;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public String getSubject() {
			return this.subject;
		}

		public void setSubject(String subject) {
			this.subject = subject;
		}

		public @Nullable String getStream() {
			return this.stream;
		}

		public void setStream(@Nullable String stream) {
			this.stream = stream;
		}

		public boolean isIncludeStackTrace() {
			return this.includeStackTrace;
		}

		public void setIncludeStackTrace(boolean includeStackTrace) {
			this.includeStackTrace = includeStackTrace;
		}

	}

	/**
	 * How the server is told of messages that take longer than its ack-wait.
	 */
	public static class AckExtension {

		/**
		 * Whether the server is told that a message is in progress while its handler
		 * runs.
		 */
		private boolean enabled = true;

		/**
		 * How long it is told so, from the start of the handler. A handler that runs
		 * longer is reported as stuck.
		 */
		private Duration maxDuration = Duration.ofMinutes(30);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getMaxDuration() {
			return this.maxDuration;
		}

		public void setMaxDuration(Duration maxDuration) {
			this.maxDuration = maxDuration;
		}

	}

	/**
	 * Properties of the template.
	 */
	public static class Template {

		/**
		 * How long to wait for the reply to a request.
		 */
		private Duration requestTimeout = Duration.ofSeconds(2);

		/**
		 * Whether to observe what is published and requested over core NATS, if there is
		 * an observation registry.
		 */
		private boolean observationEnabled;

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public void setObservationEnabled(boolean observationEnabled) {
			this.observationEnabled = observationEnabled;
		}

		public Duration getRequestTimeout() {
			return this.requestTimeout;
		}

		public void setRequestTimeout(Duration requestTimeout) {
			this.requestTimeout = requestTimeout;
		}

	}

	/**
	 * Properties of metrics.
	 */
	public static class Metrics {

		/**
		 * How long to wait between two requests to the server for the lag of a listener's
		 * consumer, and between two measurements of a connection's round trip.
		 */
		private Duration lagInterval = Duration.ofSeconds(10);

		public Duration getLagInterval() {
			return this.lagInterval;
		}

		public void setLagInterval(Duration lagInterval) {
			this.lagInterval = lagInterval;
		}

	}

}
