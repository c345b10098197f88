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
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.natsspring.connection.TlsTrust;
import io.nats.client.JetStreamOptions;
import io.nats.client.Options;
import io.nats.client.Options.SubjectValidationType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Maps {@link NatsProperties} and {@link NatsConnectionDetails} to the options of jnats.
 * A written property wins over the same one in {@code nats.properties.*}, and that one
 * over a default of this starter.
 */
final class NatsOptionsMapper {

	private final ConfiguredConnection connection;

	private final NatsProperties properties;

	private final NatsConnectionDetails connectionDetails;

	private final @Nullable String applicationName;

	private final LoginMapper login;

	private final TlsMapper tls;

	/**
	 * Create a mapper. Whatever cannot be used is reported here.
	 */
	NatsOptionsMapper(ConfiguredConnection connection, NatsConnectionDetails connectionDetails,
			@Nullable String applicationName) {
		this.connection = connection;
		this.properties = connection.properties();
		this.connectionDetails = connectionDetails;
		this.applicationName = applicationName;
		this.login = new LoginMapper(connection.prefix(), connectionDetails);
		this.tls = new TlsMapper(connection.property("ssl"), this.properties.getSsl(), connectionDetails);
		toBuilder();
	}

	/**
	 * A new builder, since each connection needs options of its own. The connection
	 * details are asked again.
	 */
	Options.Builder toBuilder() {
		NamedOptions options = new NamedOptions(this.connection.prefix(), furtherProperties());
		mapConnection(options);
		mapReconnect(options, this.properties.getReconnect());
		mapSocket(options);
		mapProtocol(options);
		mapRequests(options);
		Options.Builder builder = options.toBuilder();
		mapConnectionDetails(builder);
		return builder;
	}

	private FurtherProperties furtherProperties() {
		return new FurtherProperties(this.connection.property("properties"), this.properties.getProperties());
	}

	private void mapConnection(NamedOptions options) {
		NatsProperties properties = this.properties;
		String name = applicationName();
		options.set("connection-name", properties.getConnectionName(), name, Options.Builder::connectionName,
				Options.PROP_CONNECTION_NAME);
		options.set("connection-timeout", properties.getConnectionTimeout(), null, Options.Builder::connectionTimeout,
				Options.PROP_CONNECTION_TIMEOUT);
		options.set("ping-interval", properties.getPingInterval(), Duration.ofSeconds(20),
				Options.Builder::pingInterval, Options.PROP_PING_INTERVAL);
		options.set("max-pings-out", properties.getMaxPingsOut(), null, Options.Builder::maxPingsOut,
				Options.PROP_MAX_PINGS);
		options.set("inbox-prefix", properties.getInboxPrefix(), null, Options.Builder::inboxPrefix,
				Options.PROP_INBOX_PREFIX);
		options.flag(properties.getNoRandomize(), null, Options.Builder::noRandomize, Options.PROP_NORANDOMIZE);
		options.flag(properties.getIgnoreDiscoveredServers(), null, Options.Builder::ignoreDiscoveredServers,
				Options.PROP_IGNORE_DISCOVERED_SERVERS);
		options.set("hostname-resolve-mode", properties.getHostnameResolveMode(), null,
				Options.Builder::hostnameResolveMode, Options.PROP_HOSTNAME_RESOLVE_MODE, "noResolveHostnames",
				"fast.fallback");
		options.flag(properties.getTraceConnection(), null, Options.Builder::traceConnection);
		options.flag(properties.getTurnOnAdvancedStats(), null, Options.Builder::turnOnAdvancedStats);
	}

	private void mapReconnect(NamedOptions options, NatsProperties.Reconnect properties) {
		options.set("reconnect.max-attempts", properties.getMaxAttempts(), -1, Options.Builder::maxReconnects,
				Options.PROP_MAX_RECONNECT);
		options.set("reconnect.wait", properties.getWait(), null, Options.Builder::reconnectWait,
				Options.PROP_RECONNECT_WAIT);
		options.set("reconnect.jitter", properties.getJitter(), null, Options.Builder::reconnectJitter,
				Options.PROP_RECONNECT_JITTER);
		options.set("reconnect.jitter-tls", properties.getJitterTls(), null, Options.Builder::reconnectJitterTls,
				Options.PROP_RECONNECT_JITTER_TLS);
		options.set("reconnect.buffer-size", properties.getBufferSize(), null,
				(builder, size) -> builder.reconnectBufferSize(size.toBytes()), Options.PROP_RECONNECT_BUF_SIZE);
		options.set("reconnect.delay-behavior", properties.getDelayBehavior(), null,
				Options.Builder::reconnectDelayBehavior, Options.PROP_RECONNECT_DELAY_BEHAVIOR);
	}

	private void mapSocket(NamedOptions options) {
		NatsProperties properties = this.properties;
		options.set("socket-read-timeout", properties.getSocketReadTimeout(), null,
				NatsOptionsMapper::socketReadTimeout, Options.PROP_SOCKET_READ_TIMEOUT_MS);
		options.set("socket-write-timeout", properties.getSocketWriteTimeout(), null,
				NatsOptionsMapper::socketWriteTimeout, Options.PROP_SOCKET_WRITE_TIMEOUT);
		options.set("socket-so-linger", properties.getSocketSoLinger(), null,
				(builder, linger) -> builder.socketSoLinger(Math.toIntExact(linger.toSeconds())),
				Options.PROP_SOCKET_SO_LINGER);
		options.set("receive-buffer-size", properties.getReceiveBufferSize(), null,
				bytes(Options.Builder::receiveBufferSize), Options.PROP_SOCKET_RECEIVE_BUFFER_SIZE);
		options.set("send-buffer-size", properties.getSendBufferSize(), null, bytes(Options.Builder::sendBufferSize),
				Options.PROP_SOCKET_SEND_BUFFER_SIZE);
		options.set("buffer-size", properties.getBufferSize(), null, bytes(Options.Builder::bufferSize));
		options.set("max-messages-in-outgoing-queue", properties.getMaxMessagesInOutgoingQueue(), null,
				Options.Builder::maxMessagesInOutgoingQueue, Options.PROP_MAX_MESSAGES_IN_OUTGOING_QUEUE);
		options.flag(properties.getDiscardMessagesWhenOutgoingQueueFull(), null,
				Options.Builder::discardMessagesWhenOutgoingQueueFull,
				Options.PROP_DISCARD_MESSAGES_WHEN_OUTGOING_QUEUE_FULL);
		options.set("write-queue-push-timeout", properties.getWriteQueuePushTimeout(), null,
				Options.Builder::writeQueuePushTimeout, Options.PROP_WRITE_QUEUE_PUSH_TIMEOUT);
	}

	private static void socketReadTimeout(Options.Builder builder, Duration timeout) {
		// For jnats zero is as if nothing was said, which gets a limit
		builder.socketReadTimeoutMillis(timeout.isZero() ? Integer.MAX_VALUE : Math.toIntExact(timeout.toMillis()));
	}

	private static void socketWriteTimeout(Options.Builder builder, Duration timeout) {
		// jnats switches it off by null, and refuses zero
		builder.socketWriteTimeout(timeout.isZero() ? null : timeout);
	}

	private void mapProtocol(NamedOptions options) {
		NatsProperties properties = this.properties;
		options.flag(properties.getNoEcho(), null, Options.Builder::noEcho, Options.PROP_NO_ECHO);
		options.flag(properties.getNoHeaders(), null, Options.Builder::noHeaders, Options.PROP_NO_HEADERS);
		options.flag(properties.getNoNoResponders(), null, Options.Builder::noNoResponders,
				Options.PROP_NO_NORESPONDERS);
		options.flag(properties.getVerbose(), null, Options.Builder::verbose, Options.PROP_VERBOSE);
		options.flag(properties.getPedantic(), null, Options.Builder::pedantic, Options.PROP_PEDANTIC);
		options.set("subject-validation-type", properties.getSubjectValidationType(), SubjectValidationType.Strict,
				Options.Builder::subjectValidationType, Options.PROP_SUBJECT_VALIDATION_TYPE, "noSubjectValidation",
				"strictSubjectValidation");
		options.flag(properties.getSupportUtf8Subjects(), null, Options.Builder::supportUTF8Subjects,
				Options.PROP_UTF8_SUBJECTS);
		options.set("client-side-limit-checks", properties.getClientSideLimitChecks(), null,
				Options.Builder::clientSideLimitChecks, Options.PROP_CLIENT_SIDE_LIMIT_CHECKS);
		options.set("max-control-line", properties.getMaxControlLine(), null, bytes(Options.Builder::maxControlLine),
				Options.PROP_MAX_CONTROL_LINE);
	}

	private void mapRequests(NamedOptions options) {
		NatsProperties properties = this.properties;
		// jnats cancels the future of an asynchronous publish after this time
		options.set("request-cleanup-interval", properties.getRequestCleanupInterval(),
				properties.getJetstream().getPublish().getTimeout(), Options.Builder::requestCleanupInterval,
				Options.PROP_CLEANUP_INTERVAL);
		options.flag(properties.getReportNoResponders(), null, Options.Builder::reportNoResponders,
				Options.PROP_REPORT_NO_RESPONDERS);
		options.flag(properties.getDontForceFlushOnRequest(), true, Options.Builder::dontForceFlushOnRequest,
				Options.PROP_FORCE_FLUSH_ON_REQUEST);
		options.flag(properties.getUseTimeoutException(), true, Options.Builder::useTimeoutException,
				Options.PROP_USE_TIMEOUT_EXCEPTION);
		options.flag(properties.getAdvancedRequestBehavior(), null, Options.Builder::advancedRequestBehavior,
				Options.PROP_ADVANCED_REQUEST_BEHAVIOR);
		options.flag(properties.getOldRequestStyle(), null, Options.Builder::oldRequestStyle,
				Options.PROP_USE_OLD_REQUEST_STYLE);
		options.flag(properties.getUseDispatcherWithExecutor(), null, Options.Builder::useDispatcherWithExecutor,
				Options.PROP_USE_DISPATCHER_WITH_EXECUTOR);
	}

	private void mapConnectionDetails(Options.Builder builder) {
		String[] servers = NatsServers.check(this.connection.property("servers"),
				this.tls.servers(this.connectionDetails.getServers()));
		this.login.map(builder, servers);
		this.tls.map(builder, servers, furtherProperties());
	}

	/**
	 * How far servers are trusted if TLS is used.
	 */
	TlsTrust tlsTrust() {
		return this.tls.trust();
	}

	/**
	 * The name of the application, or {@code null} if it has none.
	 */
	@Nullable String applicationName() {
		return StringUtils.hasText(this.applicationName) ? this.applicationName : null;
	}

	/**
	 * The options of JetStream contexts.
	 */
	JetStreamOptions jetStreamOptions() {
		NatsProperties.JetStream properties = this.properties.getJetstream();
		MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn((entries) -> {
			entries.put(this.connection.property("jetstream.domain"), properties.getDomain());
			entries.put(this.connection.property("jetstream.api-prefix"), properties.getApiPrefix());
		});
		JetStreamOptions.Builder builder = JetStreamOptions.builder();
		Settings<JetStreamOptions.Builder> settings = new Settings<>(this.connection.property("jetstream"));
		settings.set("domain", properties.getDomain(), JetStreamOptions.Builder::domain);
		settings.set("api-prefix", properties.getApiPrefix(), JetStreamOptions.Builder::prefix);
		settings.set("request-timeout", properties.getRequestTimeout(), JetStreamOptions.Builder::requestTimeout);
		settings.apply(builder);
		return builder.build();
	}

	private static BiConsumer<Options.Builder, DataSize> bytes(BiConsumer<Options.Builder, Integer> setter) {
		return (builder, size) -> setter.accept(builder, Settings.toIntBytes(size));
	}

	/**
	 * Options that have a property of their own, each with the keys that jnats has for
	 * it.
	 */
	private static final class NamedOptions {

		private final FurtherProperties further;

		private final Settings<Options.Builder> settings;

		NamedOptions(String prefix, FurtherProperties further) {
			this.further = further;
			this.settings = new Settings<>(prefix);
			// Connection details hold these
			further.remove("servers", "url", "username", "password", "token", "credential.path", "opentls");
		}

		<T> void set(String property, @Nullable T value, @Nullable T starterDefault,
				BiConsumer<Options.Builder, T> setter, String... keys) {
			T effective = (value == null && this.further.get(keys) == null) ? starterDefault : value;
			if (effective != null) {
				this.further.remove(keys);
				this.settings.set(property, effective, setter);
			}
		}

		void flag(@Nullable Boolean value, @Nullable Boolean starterDefault, Consumer<Options.Builder> setter,
				String... keys) {
			set("", value, starterDefault, (builder, flag) -> {
				if (flag) {
					setter.accept(builder);
				}
			}, keys);
		}

		Options.Builder toBuilder() {
			Options.Builder builder = new Options.Builder();
			this.further.apply(builder);
			this.settings.apply(builder);
			return builder;
		}

	}

}
