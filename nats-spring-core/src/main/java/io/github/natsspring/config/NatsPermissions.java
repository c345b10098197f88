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

package io.github.natsspring.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.ProvisioningPolicy;
import io.github.natsspring.topology.StreamDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.JetStreamOptions;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

/**
 * The permissions on a server that an application needs for what it declares and listens
 * to, in its provisioning mode. What it publishes, other than to its own streams, buckets
 * and dead letters, nobody knows but its code: that has to be added.
 */
public final class NatsPermissions {

	private final Supplier<TopologyDefinition> topology;

	private final ProvisioningMode mode;

	private final Supplier<Collection<NatsListenerEndpoint>> endpoints;

	private final Settings settings;

	/**
	 * Create permissions.
	 * @param topology what is declared; asked for when the permissions are
	 * @param mode the provisioning mode of what has none of its own
	 * @param endpoints the listeners; asked for when the permissions are
	 * @param settings where things are
	 */
	public NatsPermissions(Supplier<TopologyDefinition> topology, ProvisioningMode mode,
			Supplier<Collection<NatsListenerEndpoint>> endpoints, Settings settings) {
		this.topology = topology;
		this.mode = mode;
		this.endpoints = endpoints;
		this.settings = settings;
	}

	/**
	 * The subjects that the application publishes to.
	 * @return the subjects in alphabetical order, some with wildcards
	 */
	public Set<String> publish() {
		return collect().publish;
	}

	/**
	 * The subjects that the application subscribes to.
	 * @return the subjects in alphabetical order, with the name of the queue behind a
	 * blank where there is one
	 */
	public Set<String> subscribe() {
		return collect().subscribe;
	}

	/**
	 * The permissions as they are written in the configuration of nats-server.
	 * @return a block {@code permissions} for a user
	 */
	@Override
	public String toString() {
		Collector permissions = collect();
		List<String> lines = new ArrayList<>();
		lines.add("permissions: {");
		print("publish", permissions.publish, lines);
		print("subscribe", permissions.subscribe, lines);
		if (permissions.replies) {
			lines.add("  # What listeners return is the answer to a request");
			lines.add("  allow_responses: true");
		}
		lines.add("}");
		return String.join(System.lineSeparator(), lines);
	}

	private static void print(String name, Set<String> subjects, List<String> lines) {
		if (subjects.isEmpty()) {
			lines.add("  %s: { deny: \">\" }".formatted(name));
			return;
		}
		lines.add("  %s: { allow: [".formatted(name));
		subjects.forEach((subject) -> lines.add("    \"%s\"".formatted(subject)));
		lines.add("  ] }");
	}

	private Collector collect() {
		Collector permissions = new Collector();
		permissions.subscribe.add(this.settings.inboxPrefix() + ">");
		TopologyDefinition declared = this.topology.get();
		declared.streams().forEach((stream) -> permissions.stream(stream, modeOf(stream.provisioning())));
		declared.keyValues()
			.forEach((bucket) -> permissions.bucket(NatsKeyValueUtil.toStreamName(bucket.bucket()),
					"$KV.%s.>".formatted(bucket.bucket()), modeOf(bucket.provisioning())));
		declared.objectStores()
			.forEach((bucket) -> permissions.bucket(NatsObjectStoreUtil.toStreamName(bucket.bucket()),
					"$O.%s.>".formatted(bucket.bucket()), modeOf(bucket.provisioning())));
		declared.consumers()
			.forEach(
					(consumer) -> permissions.consumer(consumer.stream(), consumer.name(), modeOf(consumer, declared)));
		for (NatsListenerEndpoint endpoint : this.endpoints.get()) {
			permissions.publish.addAll(ResultSubjects.of(endpoint, this.settings.valueResolver()));
			if (endpoint.isJetStream()) {
				permissions.jetStreamListener(endpoint, this.mode);
			}
			else {
				permissions.coreListener(endpoint);
			}
		}
		return permissions;
	}

	private ProvisioningMode modeOf(ConsumerDefinition consumer, TopologyDefinition declared) {
		ProvisioningMode own = consumer.provisioning().mode();
		return (own != null) ? own
				: declared.streams()
					.stream()
					.filter((stream) -> stream.name().equals(consumer.stream()))
					.map((stream) -> modeOf(stream.provisioning()))
					.findFirst()
					.orElse(this.mode);
	}

	private ProvisioningMode modeOf(ProvisioningPolicy policy) {
		ProvisioningMode own = policy.mode();
		return (own != null) ? own : this.mode;
	}

	/**
	 * Where things are.
	 *
	 * @param options the domain or API prefix
	 * @param inboxPrefix the prefix of the subjects of replies, with a dot at the end
	 * @param deadLetters where dead letters go, or {@code null} if there are none
	 * @param valueResolver resolves placeholders and expressions in {@code @SendTo}
	 */
	public record Settings(JetStreamOptions options, String inboxPrefix, @Nullable DeadLetterSettings deadLetters,
			UnaryOperator<String> valueResolver) {
	}

	private final class Collector {

		private final Set<String> publish = new TreeSet<>();

		private final Set<String> subscribe = new TreeSet<>();

		private boolean replies;

		void stream(StreamDefinition stream, ProvisioningMode mode) {
			provision(stream.name(), mode);
			// Whoever declares a stream most likely fills it
			this.publish.addAll(stream.create().getSubjects());
		}

		/**
		 * A bucket: what jnats needs to read, write, watch and list it.
		 */
		void bucket(String stream, String subjects, ProvisioningMode mode) {
			provision(stream, mode);
			this.publish.add(subjects);
			api("STREAM.INFO." + stream);
			api("STREAM.MSG.GET." + stream);
			api("STREAM.PURGE." + stream);
			api("DIRECT.GET." + stream);
			api("DIRECT.GET.%s.>".formatted(stream));
			api("CONSUMER.CREATE.%s.>".formatted(stream));
			api("CONSUMER.INFO.%s.*".formatted(stream));
			// Templates read several entries by pulling them
			api("CONSUMER.MSG.NEXT.%s.*".formatted(stream));
			api("CONSUMER.DELETE.%s.*".formatted(stream));
			this.publish.add("$JS.FC.%s.>".formatted(stream));
		}

		void consumer(String stream, String consumer, ProvisioningMode mode) {
			if (mode != ProvisioningMode.NONE) {
				api("STREAM.INFO." + stream);
				api("CONSUMER.INFO.%s.%s".formatted(stream, consumer));
			}
			if (creates(mode)) {
				createConsumer(stream, consumer);
			}
		}

		void jetStreamListener(NatsListenerEndpoint endpoint, ProvisioningMode mode) {
			String stream = (endpoint.getStream() != null) ? endpoint.getStream() : "*";
			String consumer = (endpoint.getConsumer() != null) ? endpoint.getConsumer() : "*";
			api("STREAM.INFO." + stream);
			api("CONSUMER.INFO.%s.%s".formatted(stream, consumer));
			api("CONSUMER.MSG.NEXT.%s.%s".formatted(stream, consumer));
			this.publish.add("$JS.ACK.%s.%s.>".formatted(stream, consumer));
			if (endpoint.getConsumer() == null) {
				// Its own, for as long as it listens
				createConsumer(stream, consumer);
				api("CONSUMER.DELETE.%s.*".formatted(stream));
			}
			else if (creates(mode)) {
				createConsumer(stream, consumer);
			}
			DeadLetterSettings deadLetters = NatsPermissions.this.settings.deadLetters();
			BucketWatch watch = endpoint.getWatch();
			if (watch != null && watch.kind() == BucketWatch.Kind.OBJECT_STORE) {
				// The content
				api("STREAM.MSG.GET." + stream);
				api("DIRECT.GET." + stream);
			}
			if (deadLetters != null && watch == null) {
				deadLetters(stream, consumer, deadLetters, mode);
			}
		}

		private void deadLetters(String stream, String consumer, DeadLetterSettings deadLetters,
				ProvisioningMode mode) {
			String template = (deadLetters.stream() != null) ? deadLetters.stream() : DeadLetterSettings.DEFAULT_STREAM;
			String held = fill(template, stream, consumer);
			this.publish.add(fill(deadLetters.subject(), stream, consumer));
			// Which stream takes the letters
			api("STREAM.NAMES");
			api("STREAM.INFO." + held);
			if (creates(mode)) {
				api("STREAM.CREATE." + held);
			}
			// Whether a letter that was sent before is still there
			api("STREAM.MSG.GET." + held);
			// To keep what the server gives up
			api("STREAM.MSG.GET." + stream);
			api("DIRECT.GET." + stream);
			for (String advisory : List.of("MAX_DELIVERIES", "MSG_TERMINATED")) {
				this.subscribe.add("$JS.EVENT.ADVISORY.CONSUMER.%s.%s.%s".formatted(advisory, stream, consumer));
			}
		}

		private static String fill(String template, String stream, String consumer) {
			return template.replace("{stream}", stream).replace("{consumer}", consumer);
		}

		void coreListener(NatsListenerEndpoint endpoint) {
			this.replies = true;
			for (SubjectTemplate subject : endpoint.getSubjects()) {
				String queue = endpoint.getQueue();
				this.subscribe.add((queue != null) ? subject.pattern() + " " + queue : subject.pattern());
			}
		}

		private void provision(String stream, ProvisioningMode mode) {
			if (mode != ProvisioningMode.NONE && !NatsPermissions.this.settings.options().isDefaultPrefix()) {
				// How new the server is that has the JetStream
				api("INFO");
				this.publish.add("$JS.API.INFO");
			}
			if (mode != ProvisioningMode.NONE) {
				api("STREAM.INFO." + stream);
			}
			if (creates(mode)) {
				api("STREAM.CREATE." + stream);
				// Which other stream has a subject
				api("STREAM.NAMES");
			}
			if (mode == ProvisioningMode.UPDATE) {
				api("STREAM.UPDATE." + stream);
			}
		}

		private void createConsumer(String stream, String consumer) {
			api("CONSUMER.CREATE.%s.%s".formatted(stream, consumer));
			// With a filter
			api("CONSUMER.CREATE.%s.%s.>".formatted(stream, consumer));
			// With several filters, or on an old server
			api("CONSUMER.DURABLE.CREATE.%s.%s".formatted(stream, consumer));
		}

		private void api(String subject) {
			this.publish.add(NatsPermissions.this.settings.options().getPrefix() + subject);
		}

		private static boolean creates(ProvisioningMode mode) {
			return mode == ProvisioningMode.CREATE || mode == ProvisioningMode.UPDATE;
		}

	}

}
