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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nats.client.JetStreamOptions;
import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.nats.client.Options.ReconnectDelayBehavior;
import io.nats.client.Options.SubjectValidationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each option of a connection is bound from YAML and read back from jnats' options. The
 * options are found by reflection.
 */
class OptionsTests {

	/**
	 * Builder methods without a property: objects that come from beans or a customizer.
	 */
	private static final Set<String> OBJECTS = Set.of("properties", "authHandler", "callbackExecutor",
			"callbackThreadFactory", "connectExecutor", "connectThreadFactory", "connectionListener", "dataPortType",
			"dispatcherFactory", "errorListener", "executor", "httpRequestInterceptor", "httpRequestInterceptors",
			"proxy", "readListener", "readerExecutor", "readerThreadFactory", "reconnectDelayHandler",
			"scheduledExecutor", "serverPool", "statisticsCollector", "timeTraceLogger", "tokenSupplier",
			"writerExecutor", "writerThreadFactory");

	/**
	 * Builder methods for TLS and for credentials in files; see the tests for logins and
	 * TLS.
	 */
	private static final Set<String> SECURITY = Set.of("credentialPath", "keystorePassword", "keystorePath", "opentls",
			"secure", "sslContext", "sslContextFactory", "tlsAlgorithm", "tlsFirst", "truststorePassword",
			"truststorePath");

	/**
	 * Builder methods that do what another one with a property does.
	 */
	private static final Set<String> TWINS = Set.of("enableFastFallback", "noReconnect", "noResolveHostnames",
			"noSubjectValidation", "server", "strictSubjectValidation");

	static final List<Sample> SAMPLES = List.of(
			sample("servers", "servers: a:4222, tls://b:4333",
					(options) -> options.getServers().stream().map(Object::toString).toList(),
					List.of("nats://a:4222", "tls://b:4333")),
			sample("connectionName", "connection-name: billing", Options::getConnectionName, "billing"),
			sample("userInfo", "{username: app, password: secret}",
					(options) -> new String(options.getUsernameChars()) + new String(options.getPasswordChars()),
					"appsecret"),
			sample("token", "token: secret", (options) -> new String(options.getTokenChars()), "secret"),
			sample("maxReconnects", "reconnect.max-attempts: 5", Options::getMaxReconnect, 5),
			sample("reconnectWait", "reconnect.wait: 3s", Options::getReconnectWait, Duration.ofSeconds(3)),
			sample("reconnectJitter", "reconnect.jitter: 3s", Options::getReconnectJitter, Duration.ofSeconds(3)),
			sample("reconnectJitterTls", "reconnect.jitter-tls: 3s", Options::getReconnectJitterTls,
					Duration.ofSeconds(3)),
			sample("reconnectBufferSize", "reconnect.buffer-size: 1MB", Options::getReconnectBufferSize, 1024 * 1024L),
			sample("reconnectDelayBehavior", "reconnect.delay-behavior: before-all-rounds",
					Options::reconnectDelayBehavior, ReconnectDelayBehavior.BeforeAllRounds),
			sample("connectionTimeout", "connection-timeout: 3s", Options::getConnectionTimeout, Duration.ofSeconds(3)),
			sample("pingInterval", "ping-interval: 3s", Options::getPingInterval, Duration.ofSeconds(3)),
			sample("maxPingsOut", "max-pings-out: 3", Options::getMaxPingsOut, 3),
			sample("inboxPrefix", "inbox-prefix: _IN", Options::getInboxPrefix, "_IN."),
			sample("noEcho", "no-echo: true", Options::isNoEcho, true),
			sample("noRandomize", "no-randomize: true", Options::isNoRandomize, true),
			sample("ignoreDiscoveredServers", "ignore-discovered-servers: true", Options::isIgnoreDiscoveredServers,
					true),
			sample("hostnameResolveMode", "hostname-resolve-mode: resolve-to-first", Options::hostnameResolveMode,
					HostnameResolveMode.ResolveToFirst),
			sample("subjectValidationType", "subject-validation-type: none", Options::subjectValidationType,
					SubjectValidationType.None),
			sample("supportUTF8Subjects", "support-utf8-subjects: true", Options::supportUTF8Subjects, true),
			sample("clientSideLimitChecks", "client-side-limit-checks: false", Options::clientSideLimitChecks, false),
			sample("maxControlLine", "max-control-line: 8KB", Options::getMaxControlLine, 8192),
			sample("noHeaders", "no-headers: true", Options::isNoHeaders, true),
			sample("noNoResponders", "no-no-responders: true", Options::isNoNoResponders, true),
			sample("reportNoResponders", "report-no-responders: true", Options::isReportNoResponders, true),
			sample("verbose", "verbose: true", Options::isVerbose, true),
			sample("pedantic", "pedantic: true", Options::isPedantic, true),
			sample("socketReadTimeoutMillis", "socket-read-timeout: 3s", Options::getSocketReadTimeoutMillis, 3000),
			sample("socketWriteTimeout", "socket-write-timeout: 3s", Options::getSocketWriteTimeout,
					Duration.ofSeconds(3)),
			sample("socketSoLinger", "socket-so-linger: 3", Options::getSocketSoLinger, 3),
			sample("receiveBufferSize", "receive-buffer-size: 1MB", Options::getReceiveBufferSize, 1024 * 1024),
			sample("sendBufferSize", "send-buffer-size: 1MB", Options::getSendBufferSize, 1024 * 1024),
			sample("bufferSize", "buffer-size: 1MB", Options::getBufferSize, 1024 * 1024),
			sample("requestCleanupInterval", "request-cleanup-interval: 3s", Options::getRequestCleanupInterval,
					Duration.ofSeconds(3)),
			sample("maxMessagesInOutgoingQueue", "max-messages-in-outgoing-queue: 3",
					Options::getMaxMessagesInOutgoingQueue, 3),
			sample("discardMessagesWhenOutgoingQueueFull", "discard-messages-when-outgoing-queue-full: true",
					Options::isDiscardMessagesWhenOutgoingQueueFull, true),
			sample("writeQueuePushTimeout", "write-queue-push-timeout: 3s", Options::getWriteQueuePushTimeout,
					Duration.ofSeconds(3)),
			sample("dontForceFlushOnRequest", "dont-force-flush-on-request: false", Options::forceFlushOnRequest, true),
			sample("useTimeoutException", "use-timeout-exception: false", Options::useTimeoutException, false),
			sample("advancedRequestBehavior", "advanced-request-behavior: true", Options::advancedRequestBehavior,
					true),
			sample("oldRequestStyle", "old-request-style: true", Options::isOldRequestStyle, true),
			sample("useDispatcherWithExecutor", "use-dispatcher-with-executor: true",
					Options::useDispatcherWithExecutor, true),
			sample("turnOnAdvancedStats", "turn-on-advanced-stats: true", Options::isTrackAdvancedStats, true),
			sample("traceConnection", "trace-connection: true", Options::isTraceConnection, true));

	private static Sample sample(String method, String yaml, Function<Options, Object> reader, Object expected) {
		return new Sample(method, yaml, reader, expected);
	}

	@Test
	void everyOptionHasAPropertyOrIsLeftToAnother() {
		Set<String> methods = Arrays.stream(Options.Builder.class.getMethods())
			.filter((method) -> method.getReturnType() == Options.Builder.class)
			.map((method) -> method.getName())
			.collect(Collectors.toCollection(TreeSet::new));
		Set<String> known = Stream.of(OBJECTS, SECURITY, TWINS, SAMPLES.stream().map(Sample::method).toList())
			.flatMap(Collection::stream)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(known).isEqualTo(methods);
	}

	static List<Sample> samples() {
		return SAMPLES;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("samples")
	void bindsAnOption(Sample sample) {
		Options plain = new TestSources().optionsMapper().toBuilder().build();
		if (!Set.of("userInfo", "token").contains(sample.method())) {
			assertThat(sample.reader().apply(plain)).as("default").isNotEqualTo(sample.expected());
		}
		assertThat(sample.reader().apply(TestSources.options(sample.yaml()))).isEqualTo(sample.expected());
	}

	@Test
	void everyPropertyOfTheConnectionHasASample() {
		String written = SAMPLES.stream().map(Sample::yaml).collect(Collectors.joining("\n"));
		Set<String> properties = new TreeSet<>(TopologyFields.fieldsOf(NatsProperties.class));
		// Read by others, or tested apart
		properties.removeAll(Set.of("strict", "startupMode", "startupTimeout", "drainTimeout", "properties",
				"jetstream", "keyValue", "objectStore", "connections", "listener", "listeners", "template", "metrics",
				"reconnect", "tokenFile", "credentials", "nkeySeed", "jwt", "ssl"));
		TopologyFields.fieldsOf(NatsProperties.Reconnect.class)
			.forEach((field) -> properties.add("reconnect." + field));
		assertThat(properties).allSatisfy((property) -> assertThat(written)
			.containsPattern("(?m)(^|[{ ])" + TopologyFields.kebab(property) + ":"));
	}

	@Test
	void hasDefaultsOfItsOwn() {
		Options options = new TestSources().optionsMapper().toBuilder().build();
		assertThat(options.getServers()).extracting(Object::toString).containsExactly("nats://localhost:4222");
		assertThat(options.getConnectionName()).isEqualTo("shop");
		assertThat(options.getMaxReconnect()).isEqualTo(-1);
		assertThat(options.getPingInterval()).isEqualTo(Duration.ofSeconds(20));
		assertThat(options.subjectValidationType()).isEqualTo(SubjectValidationType.Strict);
		assertThat(options.forceFlushOnRequest()).isFalse();
		assertThat(options.useTimeoutException()).isTrue();
		assertThat(options.getRequestCleanupInterval()).isEqualTo(Duration.ofSeconds(5));
		assertThat(options.getUsernameChars()).isNull();
		assertThat(options.getTokenChars()).isNull();
	}

	@Test
	void hasTheDefaultsOfJnatsOtherwise() {
		Options options = new TestSources().optionsMapper().toBuilder().build();
		Options jnats = new Options.Builder().build();
		assertThat(options.getConnectionTimeout()).isEqualTo(jnats.getConnectionTimeout());
		assertThat(options.getReconnectWait()).isEqualTo(jnats.getReconnectWait());
		assertThat(options.getReconnectBufferSize()).isEqualTo(jnats.getReconnectBufferSize());
		assertThat(options.getMaxPingsOut()).isEqualTo(jnats.getMaxPingsOut());
		assertThat(options.getInboxPrefix()).isEqualTo(jnats.getInboxPrefix());
		assertThat(options.isNoEcho()).isFalse();
	}

	@Test
	void hasNoNameWhereTheApplicationHasNone() {
		NatsProperties properties = new NatsProperties();
		NatsOptionsMapper mapper = new NatsOptionsMapper(ConfiguredConnection.first(properties),
				new PropertiesNatsConnectionDetails(properties), "");
		assertThat(mapper.toBuilder().build().getConnectionName()).isNull();
	}

	@Test
	void eachConnectionHasOptionsOfItsOwn() {
		NatsOptionsMapper mapper = new TestSources().optionsMapper();
		assertThat(mapper.toBuilder()).isNotSameAs(mapper.toBuilder());
	}

	@Test
	void unansweredPublishesLiveAsLongAsTheirTimeout() {
		assertThat(TestSources.options("jetstream.publish.timeout: 30s").getRequestCleanupInterval())
			.isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void switchesTheWriteTimeoutOff() {
		assertThat(TestSources.options("socket-write-timeout: 0").getSocketWriteTimeout()).isNull();
	}

	@Test
	void mapsJetStreamOptions() {
		JetStreamOptions domain = TestSources.ofYaml("nats.jetstream: {domain: hub, request-timeout: 7s}")
			.optionsMapper()
			.jetStreamOptions();
		assertThat(domain.getPrefix()).isEqualTo("$JS.hub.API.");
		assertThat(domain.getRequestTimeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(
				TestSources.ofYaml("nats.jetstream.api-prefix: my.api").optionsMapper().jetStreamOptions().getPrefix())
			.isEqualTo("my.api.");
		JetStreamOptions plain = new TestSources().optionsMapper().jetStreamOptions();
		assertThat(plain.isDefaultPrefix()).isTrue();
		assertThat(plain.getRequestTimeout()).isNull();
	}

	@Test
	void refusesADomainAndAPrefixTogether() {
		NatsOptionsMapper mapper = TestSources.ofYaml("nats.jetstream: {domain: hub, api-prefix: x}").optionsMapper();
		assertThatExceptionOfType(MutuallyExclusiveConfigurationPropertiesException.class)
			.isThrownBy(mapper::jetStreamOptions);
	}

	/**
	 * A value for an option.
	 *
	 * @param method the method of the builder
	 * @param yaml the property and its value
	 * @param reader reads the value back
	 * @param expected the value that must be read back
	 */
	record Sample(String method, String yaml, Function<Options, Object> reader, Object expected) {

		@Override
		public String toString() {
			return this.yaml;
		}

	}

}
