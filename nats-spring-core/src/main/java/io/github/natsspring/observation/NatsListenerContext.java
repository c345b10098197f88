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

package io.github.natsspring.observation;

import java.util.List;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.Propagator;
import io.micrometer.observation.transport.ReceiverContext;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a listener's run. The carrier is the message, and in a batch its first
 * one; a batch continues no trace, because its messages belong to several.
 */
public class NatsListenerContext extends ReceiverContext<Message> {

	private final Listener listener;

	private final List<Message> messages;

	private final boolean batch;

	private final CurrentKeyValues lowCardinality = new CurrentKeyValues();

	private final CurrentKeyValues highCardinality = new CurrentKeyValues();

	private volatile boolean defaultsMissing;

	/**
	 * Create a context for one message.
	 * @param listener the listener
	 * @param message the message
	 */
	public NatsListenerContext(Listener listener, Message message) {
		this(listener, List.of(message), false, isRequest(listener, message) ? Kind.SERVER : Kind.CONSUMER);
	}

	/**
	 * Create a context for a batch.
	 * @param listener the listener
	 * @param messages the messages, at least one
	 */
	public NatsListenerContext(Listener listener, List<Message> messages) {
		this(listener, List.copyOf(messages), true, Kind.CONSUMER);
	}

	private NatsListenerContext(Listener listener, List<Message> messages, boolean batch, Kind kind) {
		super(batch ? NoParent.INSTANCE : HeaderGetter.INSTANCE, kind);
		this.listener = listener;
		this.messages = messages;
		this.batch = batch;
		setCarrier(messages.get(0));
		setRemoteServiceName("nats");
	}

	private static boolean isRequest(Listener listener, Message message) {
		return listener.stream() == null && message.getReplyTo() != null;
	}

	/**
	 * The listener.
	 * @return the listener
	 */
	public Listener getListener() {
		return this.listener;
	}

	/**
	 * The messages of the run.
	 * @return the messages; one, unless this is a batch
	 */
	public List<Message> getMessages() {
		return this.messages;
	}

	/**
	 * Whether the listener takes batches.
	 * @return whether it does
	 */
	public boolean isBatch() {
		return this.batch;
	}

	/**
	 * A header of a message, for links of a batch to the traces of its messages.
	 * @param message the message
	 * @param name the name; one that differs in case only is found, too
	 * @return the first value, or {@code null} if there is none
	 */
	public static @Nullable String header(Message message, String name) {
		return HeaderCarriers.get(message, name);
	}

	@Override
	public Observation.Context addLowCardinalityKeyValue(KeyValue keyValue) {
		this.lowCardinality.add(keyValue);
		return this;
	}

	@Override
	public Observation.Context addLowCardinalityKeyValues(KeyValues keyValues) {
		this.lowCardinality.add(keyValues);
		return this;
	}

	@Override
	public Observation.Context removeLowCardinalityKeyValue(String keyName) {
		this.lowCardinality.remove(keyName);
		return this;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues() {
		return this.lowCardinality.get();
	}

	@Override
	public @Nullable KeyValue getLowCardinalityKeyValue(String key) {
		return this.lowCardinality.find(key);
	}

	/**
	 * Add the values of high cardinality that the default convention has, at the first
	 * use of any of that kind: most applications have no handler that wants them.
	 */
	void addDefaultsWhenRead() {
		this.defaultsMissing = true;
	}

	private CurrentKeyValues highCardinality() {
		if (this.defaultsMissing) {
			this.defaultsMissing = false;
			this.highCardinality
				.add(DefaultNatsListenerObservationConvention.INSTANCE.getHighCardinalityKeyValues(this));
		}
		return this.highCardinality;
	}

	@Override
	public Observation.Context addHighCardinalityKeyValue(KeyValue keyValue) {
		highCardinality().add(keyValue);
		return this;
	}

	@Override
	public Observation.Context addHighCardinalityKeyValues(KeyValues keyValues) {
		if (keyValues != KeyValues.empty()) {
			highCardinality().add(keyValues);
		}
		return this;
	}

	@Override
	public Observation.Context removeHighCardinalityKeyValue(String keyName) {
		highCardinality().remove(keyName);
		return this;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues() {
		return highCardinality().get();
	}

	@Override
	public @Nullable KeyValue getHighCardinalityKeyValue(String key) {
		return highCardinality().find(key);
	}

	/**
	 * The listener of a run.
	 *
	 * @param id the id
	 * @param connectionName the connection, {@code default} for the first one
	 * @param subjects the patterns of its subjects as they are written, or an empty text
	 * @param stream the stream, or {@code null} for core NATS
	 * @param group the consumer, or the queue of core NATS; {@code null} for none
	 */
	public record Listener(String id, String connectionName, String subjects, @Nullable String stream,
			@Nullable String group) {
	}

	/**
	 * Reads the headers of the carrier.
	 */
	private enum HeaderGetter implements Propagator.Getter<Message> {

		INSTANCE;

		@Override
		public @Nullable String get(Message carrier, String key) {
			return HeaderCarriers.get(carrier, key);
		}

		@Override
		public Iterable<String> getAll(Message carrier, String key) {
			return HeaderCarriers.getAll(carrier, key);
		}

	}

	/**
	 * Finds nothing.
	 */
	private enum NoParent implements Propagator.Getter<Message> {

		INSTANCE;

		@Override
		public @Nullable String get(Message carrier, String key) {
			return null;
		}

		@Override
		public Iterable<String> getAll(Message carrier, String key) {
			return List.of();
		}

	}

}
