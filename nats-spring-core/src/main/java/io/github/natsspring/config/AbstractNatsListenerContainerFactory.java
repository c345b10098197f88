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

import java.time.Duration;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.event.ListenerEventSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.topology.ProvisioningMode;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.util.Assert;

/**
 * What can be set of a container factory and concerns its JetStream containers, and some
 * of it those of core NATS, too.
 */
public abstract class AbstractNatsListenerContainerFactory implements ApplicationEventPublisherAware {

	final ListenerThreads threads = new ListenerThreads();

	final JetStreamContainers jetStream;

	AbstractNatsListenerContainerFactory(ConnectionHolder connection) {
		this.jetStream = new JetStreamContainers(connection, this.threads);
	}

	/**
	 * Set how many runs of a JetStream listener there may be at once.
	 * @param concurrency the number, at least 1; by default 1
	 */
	public void setConcurrency(int concurrency) {
		Assert.isTrue(concurrency > 0, () -> "The concurrency must be at least 1, and is " + concurrency);
		this.jetStream.concurrency = concurrency;
	}

	/**
	 * Set how the messages of JetStream listeners are acknowledged.
	 * @param ackMode the mode; by default {@link AckMode#AUTO}
	 */
	public void setAckMode(AckMode ackMode) {
		this.jetStream.ackMode = ackMode;
	}

	/**
	 * Set after how many failed runs a message is given up, the first run included.
	 * @param maxAttempts the number, or zero for any number; {@code null} (the default)
	 * for that of {@link #setRetry} if it is more than zero, else 5 where there are dead
	 * letters or messages are discarded, and any number elsewhere
	 */
	public void setMaxAttempts(@Nullable Integer maxAttempts) {
		this.jetStream.maxAttempts = maxAttempts;
	}

	/**
	 * Set above how many deliveries a message is not run any more, which ends crash
	 * loops.
	 * @param maxDeliveries the number, or zero for no bound; {@code null} (the default)
	 * for 10 more than the attempts, if those are bounded
	 */
	public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
		this.jetStream.maxDeliveries = maxDeliveries;
	}

	/**
	 * Set where dead letters go.
	 * @param deadLetter the settings; by default {@link DeadLetterSettings#defaults()}
	 */
	public void setDeadLetter(DeadLetterSettings deadLetter) {
		this.jetStream.deadLetter = deadLetter;
	}

	/**
	 * Set what stores dead letters, to share it with {@code DeadLetterOperations}.
	 * @param deadLetters those of the same connection; by default this factory makes its
	 * own
	 */
	public void setDeadLetters(DeadLetters deadLetters) {
		this.jetStream.deadLetters = deadLetters;
	}

	/**
	 * Set whether the server is told that a message is in progress, and for how long.
	 * @param enabled whether it is; by default {@code true}
	 * @param longest how long from the start of its run, after which the run is reported
	 * as stuck; by default 30 minutes
	 */
	public void setAckExtension(boolean enabled, Duration longest) {
		this.jetStream.extendAcks = enabled;
		this.jetStream.longestExtension = longest;
	}

	/**
	 * Set how failed messages of JetStream listeners are tried again. A listener with an
	 * ordering key tries them in place, whatever is set here.
	 * @param retry the settings; by default {@link RetrySettings#defaults()}
	 */
	public void setRetry(RetrySettings retry) {
		this.jetStream.retry = retry;
	}

	/**
	 * Set what is asked first for a decision on a failed run of a JetStream listener.
	 * @param errorHandler the handler, or {@code null} for none
	 */
	public void setErrorHandler(@Nullable NatsErrorHandler errorHandler) {
		this.jetStream.errorHandler = errorHandler;
	}

	/**
	 * Set what decides on failed runs of JetStream listeners.
	 * @param failureHandler the handler; by default a {@code DefaultFailureHandler} with
	 * the retry settings and the error handler. Not asked for a listener with an error
	 * handler of its own
	 */
	public void setFailureHandler(FailureHandler failureHandler) {
		this.jetStream.failureHandler = failureHandler;
	}

	/**
	 * Set the bound on messages that a JetStream listener has fetched and not settled.
	 * @param maxInFlight the bound, at least 1; by default
	 * {@value DefaultNatsListenerContainerFactory#DEFAULT_MAX_IN_FLIGHT}, and up to
	 * {@value DefaultNatsListenerContainerFactory#DEFAULT_QUICK_MAX_IN_FLIGHT} for as
	 * long as these are less than 100 ms of work
	 */
	public void setMaxInFlight(int maxInFlight) {
		this.jetStream.maxInFlight = maxInFlight;
		this.jetStream.quickMaxInFlight = maxInFlight;
	}

	/**
	 * Set the bound on the bytes of messages that a JetStream listener has fetched and
	 * not settled. A single message may be larger, and then is the only one.
	 * @param maxBytesInFlight the bound, or zero for none; by default 64 MB
	 */
	public void setMaxBytesInFlight(long maxBytesInFlight) {
		this.jetStream.maxBytesInFlight = maxBytesInFlight;
	}

	/**
	 * Set how long running handlers may take to end when a container stops.
	 * @param shutdownTimeout the timeout; by default 20 seconds
	 */
	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.jetStream.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * Set what a container does when its consumer is gone while it runs.
	 * @param missingConsumer what it does; by default it waits
	 */
	public void setMissingConsumer(MissingConsumer missingConsumer) {
		this.jetStream.missingConsumer = missingConsumer;
	}

	/**
	 * Set how long a JetStream container may be unable to consume before it is reported.
	 * @param stallTimeout the timeout; by default 30 seconds
	 */
	public void setStallTimeout(Duration stallTimeout) {
		this.jetStream.stallTimeout = stallTimeout;
	}

	/**
	 * Set how long no message may arrive before a container publishes a
	 * {@code NatsListenerIdleEvent}, and again after each such time.
	 * @param idleEventInterval the interval, which is looked at about once a second;
	 * {@code null} (the default) for no such events
	 */
	public void setIdleEventInterval(@Nullable Duration idleEventInterval) {
		this.jetStream.events = new ListenerEventSettings(this.jetStream.events.publisher(), idleEventInterval);
	}

	/**
	 * Set where the events of containers are published, which a factory that is a bean
	 * need not be told.
	 * @param publisher the publisher
	 */
	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.jetStream.events = new ListenerEventSettings(publisher, this.jetStream.events.idleInterval());
	}

	/**
	 * Set whether containers start with the application.
	 * @param autoStartup whether they do; by default {@code true}
	 */
	public void setAutoStartup(boolean autoStartup) {
		this.jetStream.autoStartup = autoStartup;
	}

	/**
	 * Refuse JetStream listeners.
	 * @param jetStreamDisabledBy what switched JetStream off, for the message, such as
	 * {@code nats.jetstream.enabled=false}; {@code null} (the default) allows them
	 */
	public void setJetStreamDisabledBy(@Nullable String jetStreamDisabledBy) {
		this.jetStream.disabledBy = jetStreamDisabledBy;
	}

	/**
	 * Set the domain or API prefix, and the timeout of requests.
	 * @param jetStreamOptions the options; by default those of jnats
	 */
	public void setJetStreamOptions(JetStreamOptions jetStreamOptions) {
		this.jetStream.options = jetStreamOptions;
	}

	/**
	 * Set whether the topology is only planned: then JetStream listeners do not start by
	 * themselves, since what they need may be missing.
	 * @param planOnly whether nothing is done for the topology
	 */
	public void setPlanOnly(boolean planOnly) {
		this.jetStream.planOnly = planOnly;
	}

	/**
	 * Set whether consumers that are missing and not declared may be made.
	 * @param provisioningMode the mode; by default they are made
	 */
	public void setProvisioningMode(ProvisioningMode provisioningMode) {
		this.jetStream.provisioningMode = provisioningMode;
	}

	/**
	 * Set the name of the application, which is kept in the metadata of the consumers and
	 * streams that its listeners have made.
	 * @param owner the name, or {@code null} (the default) to keep none
	 */
	public void setOwner(@Nullable String owner) {
		this.jetStream.owner = owner;
	}

	/**
	 * Set what the application declares.
	 * @param topology asked for each container; by default nothing is declared
	 */
	public void setTopology(Supplier<TopologyDefinition> topology) {
		this.jetStream.topology = topology;
	}

}
