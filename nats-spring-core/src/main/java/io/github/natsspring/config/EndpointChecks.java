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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.nats.client.api.DeliverPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Refuses endpoints that contradict themselves or what the application declares, without
 * asking the server.
 */
final class EndpointChecks {

	private EndpointChecks() {
	}

	static void checkCore(NatsListenerEndpoint endpoint) {
		NameChecks.check(endpoint);
		Map<String, @Nullable Object> jetStream = beginning(endpoint);
		jetStream.put("concurrency", endpoint.getConcurrency());
		jetStream.put("orderingKey", endpoint.getOrderingKey());
		jetStream.put("ackMode", endpoint.getAckMode());
		jetStream.put("errorHandler", endpoint.getErrorHandler());
		jetStream.put("batchSize", endpoint.getBatchSize());
		jetStream.put("batchTimeout", endpoint.getBatchTimeout());
		jetStream.put("singleActive", endpoint.isSingleActive() ? true : null);
		jetStream.put("ordered", endpoint.isOrdered() ? true : null);
		jetStream.forEach((attribute, value) -> {
			if (value != null) {
				throw new NatsListenerException(endpoint.getDescription(),
						"its attribute '%s' is '%s', which is for JetStream, and this is a core NATS listener"
							.formatted(attribute, value),
						"Name a stream or a consumer, or remove the attribute");
			}
		});
		if (endpoint.getSubjects().isEmpty()) {
			throw new NatsListenerException(endpoint.getDescription(),
					"it names neither a subject nor a stream nor a consumer, so there is nothing to listen to",
					"Set 'subjects' for core NATS, or 'stream' and 'consumer' for JetStream");
		}
		HandlerChecks.check(endpoint);
	}

	static void checkJetStream(NatsListenerEndpoint endpoint, @Nullable ConsumerDefinition declared) {
		NameChecks.check(endpoint);
		HandlerChecks.check(endpoint);
		if (endpoint.getQueue() != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its attribute 'queue' is '%s', which is for core NATS, and this is a JetStream listener"
						.formatted(endpoint.getQueue()),
					"Remove the attribute: all instances that share a consumer share its messages");
		}
		checkName(endpoint, "stream", endpoint.getStream());
		checkName(endpoint, "consumer", endpoint.getConsumer());
		if (endpoint.isOrdered()) {
			OrderedChecks.check(endpoint);
		}
		if (endpoint.getConsumer() == null && endpoint.isSingleActive()) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'singleActive' is true and it names no consumer, so that each instance has one of its own",
					"Name a durable consumer in 'consumer', or remove 'singleActive'");
		}
		checkBeginning(endpoint);
		if (declared != null) {
			ConsumerChecks.checkDeclaredFilters(endpoint, declared);
			beginning(endpoint).forEach((attribute, value) -> {
				if (value != null) {
					throw new NatsListenerException(endpoint.getDescription(),
							"its attribute '%s' is '%s', and its consumer '%s' is declared in %s".formatted(attribute,
									value, declared.name(), declared.source()),
							"Remove the attribute, and set where it begins where the consumer is declared");
				}
			});
		}
	}

	private static void checkName(NatsListenerEndpoint endpoint, String attribute, @Nullable String name) {
		String fault = (name != null) ? ConsumerProvisioner.faultOfName(name) : null;
		if (fault != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its '%s' is '%s', and %s".formatted(attribute, name, fault),
					"Choose another name for '%s'".formatted(attribute));
		}
	}

	/**
	 * Check what comes from the listener or from the defaults of all.
	 */
	static void checkSettings(NatsListenerEndpoint endpoint, AckMode ackMode, int concurrency, int maxInFlight,
			RetryPlan plan) {
		if (concurrency > maxInFlight) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its concurrency is %d, and only %d messages may be in flight (max-in-flight)"
						.formatted(concurrency, maxInFlight),
					"Lower 'concurrency', or raise 'maxInFlight'");
		}
		if (ackMode == AckMode.NONE && endpoint.getOrderingKey() != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'orderingKey' is '%s' and its ack mode 'none', which never tries a failed message again"
						.formatted(endpoint.getOrderingKey()),
					"Set another ack mode, or remove 'orderingKey'");
		}
		checkBatch(endpoint, ackMode, maxInFlight);
		checkAcknowledgment(endpoint, ackMode);
		AsyncChecks.check(endpoint, ackMode);
		Integer attempts = plan.maxAttempts();
		Integer deliveries = plan.maxDeliveries();
		if (attempts != null && deliveries != null && deliveries > 0 && attempts > deliveries
				&& plan.retry().mode() == RetrySettings.Mode.REDELIVER) {
			throw new NatsListenerException(endpoint.getDescription(),
					"retry.max-attempts is %d and retry.max-deliveries only %d, and each attempt is a delivery"
						.formatted(attempts, deliveries),
					"Lower max-attempts, or raise max-deliveries by some more than that");
		}
	}

	private static void checkBatch(NatsListenerEndpoint endpoint, AckMode ackMode, int maxInFlight) {
		if (!endpoint.isBatch()) {
			if (endpoint.getBatchTimeout() != null) {
				throw new NatsListenerException(
						endpoint.getDescription(), "its 'batchTimeout' is %d ms, and its 'batchSize' not above 1"
							.formatted(endpoint.getBatchTimeout().toMillis()),
						"Set 'batchSize', or remove 'batchTimeout'");
			}
			return;
		}
		Integer size = endpoint.getBatchSize();
		if (endpoint.getMethod() == null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'batchSize' is %d, and it is a listener object, which takes single messages".formatted(size),
					"Remove 'batchSize', or use an annotated method");
		}
		if (ackMode == AckMode.MANUAL) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'batchSize' is %d and its ack mode 'manual', and the messages of a batch are settled by how the method ends"
						.formatted(size),
					"Set the ack mode 'auto' and throw BatchListenerFailedException for a message that failed, or remove 'batchSize'");
		}
		if (endpoint.getOrderingKey() != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'batchSize' is %d and its 'orderingKey' '%s', and a message that fails in a batch does not hold back those behind it"
						.formatted(size, endpoint.getOrderingKey()),
					"Remove one of them");
		}
		if (size != null && size > maxInFlight) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'batchSize' is %d, and only %d messages may be in flight (max-in-flight)".formatted(size,
							maxInFlight),
					"Lower 'batchSize', or raise 'maxInFlight'");
		}
	}

	private static void checkAcknowledgment(NatsListenerEndpoint endpoint, AckMode ackMode) {
		HandlerChecks.checkAcknowledgment(endpoint, ackMode);
		Method method = endpoint.getMethod();
		if (method == null) {
			return;
		}
		boolean present = Arrays.asList(method.getParameterTypes()).contains(Acknowledgment.class);
		if (ackMode == AckMode.MANUAL && !present) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its ack mode is 'manual', and the method has no Acknowledgment parameter to settle messages with",
					"Add a parameter of the type " + Acknowledgment.class.getName() + ", or set the ack mode 'auto'");
		}
		if (ackMode == AckMode.NONE && present) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its ack mode is 'none', and the method has an Acknowledgment parameter, although there is nothing to settle",
					"Remove the parameter, or set another ack mode");
		}
	}

	private static void checkBeginning(NatsListenerEndpoint endpoint) {
		DeliverPolicy policy = endpoint.getDeliverPolicy();
		boolean sequence = endpoint.getStartSequence() != null;
		boolean time = endpoint.getStartTime() != null;
		if (sequence && time) {
			throw new NatsListenerException(endpoint.getDescription(),
					"it has both 'startSequence' ('%d') and 'startTime' ('%s')".formatted(endpoint.getStartSequence(),
							endpoint.getStartTime()),
					"Remove one of them");
		}
		if (policy == null) {
			return;
		}
		if (sequence != (policy == DeliverPolicy.ByStartSequence)) {
			throw contradiction(endpoint, policy, "startSequence", sequence);
		}
		if (time != (policy == DeliverPolicy.ByStartTime)) {
			throw contradiction(endpoint, policy, "startTime", time);
		}
	}

	private static NatsListenerException contradiction(NatsListenerEndpoint endpoint, DeliverPolicy policy,
			String attribute, boolean present) {
		String name = policy.toString().replace('_', '-');
		return new NatsListenerException(endpoint.getDescription(),
				"its 'deliverPolicy' is '%s' %s '%s'".formatted(name, present ? "in spite of" : "without", attribute),
				present ? "Remove one of them" : "Set '%s', or another deliver policy".formatted(attribute));
	}

	private static Map<String, @Nullable Object> beginning(NatsListenerEndpoint endpoint) {
		Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
		attributes.put("deliverPolicy", endpoint.getDeliverPolicy());
		attributes.put("startSequence", endpoint.getStartSequence());
		attributes.put("startTime", endpoint.getStartTime());
		return attributes;
	}

}
