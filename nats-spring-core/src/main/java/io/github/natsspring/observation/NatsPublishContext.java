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

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message that is sent. The carrier is its headers.
 */
public class NatsPublishContext extends SenderContext<Headers> {

	private final String connectionName;

	private final Operation operation;

	private final String subject;

	private @Nullable PublishAck publishAck;

	/**
	 * Create a context.
	 * @param connectionName the connection that the message goes over
	 * @param operation what is asked of the message
	 * @param subject the subject
	 * @param headers the headers, which get the context of the trace
	 */
	public NatsPublishContext(String connectionName, Operation operation, String subject, Headers headers) {
		super(HeaderCarriers::set, (operation == Operation.REQUEST) ? Kind.CLIENT : Kind.PRODUCER);
		this.connectionName = connectionName;
		this.operation = operation;
		this.subject = subject;
		setCarrier(headers);
		setRemoteServiceName("nats");
	}

	/**
	 * The connection that the message goes over.
	 * @return the name of the connection, {@code default} for the first one
	 */
	public String getConnectionName() {
		return this.connectionName;
	}

	/**
	 * What is asked of the message.
	 * @return the operation
	 */
	public Operation getOperation() {
		return this.operation;
	}

	/**
	 * The subject that the caller named. There may be any number of subjects, so it is
	 * nothing for the tag of a meter.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * What the stream confirmed.
	 * @return the confirmation, or {@code null} if there is none, or none yet
	 */
	public @Nullable PublishAck getPublishAck() {
		return this.publishAck;
	}

	void setPublishAck(PublishAck publishAck) {
		this.publishAck = publishAck;
	}

	/**
	 * What is asked of a message.
	 */
	public enum Operation {

		/**
		 * Sent over core NATS, or to a stream.
		 */
		PUBLISH,

		/**
		 * Sent over core NATS, and answered.
		 */
		REQUEST,

		/**
		 * The answer of a listener to a request.
		 */
		REPLY

	}

}
