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

import java.time.ZonedDateTime;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * Properties of a stream or bucket that another one mirrors or draws from. What is left
 * out stays as jnats or the server has it.
 */
@ConfigurationPropertiesSource
public class NatsSourceProperties {

	/**
	 * Name of the stream to read from; for a key-value bucket, of the bucket.
	 */
	private @Nullable String name;

	/**
	 * Sequence of the first message to read.
	 */
	private @Nullable Long startSeq;

	/**
	 * Time of the first message to read, in ISO format with an offset or zone.
	 */
	private @Nullable ZonedDateTime startTime;

	/**
	 * Subject of the messages to read.
	 */
	private @Nullable String filterSubject;

	/**
	 * JetStream domain of the stream to read from. Short for the API prefix of that
	 * domain.
	 */
	private @Nullable String domain;

	/**
	 * How to reach a stream of another account or domain.
	 */
	private @Nullable External external;

	/**
	 * Subject transforms to apply to what is read.
	 */
	private @Nullable List<NatsStreamProperties.SubjectTransform> subjectTransforms;

	/**
	 * Consumer to read through.
	 */
	private @Nullable ConsumerSource consumerSource;

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable Long getStartSeq() {
		return this.startSeq;
	}

	public void setStartSeq(@Nullable Long startSeq) {
		this.startSeq = startSeq;
	}

	public @Nullable ZonedDateTime getStartTime() {
		return this.startTime;
	}

	public void setStartTime(@Nullable ZonedDateTime startTime) {
		this.startTime = startTime;
	}

	public @Nullable String getFilterSubject() {
		return this.filterSubject;
	}

	public void setFilterSubject(@Nullable String filterSubject) {
		this.filterSubject = filterSubject;
	}

	public @Nullable String getDomain() {
		return this.domain;
	}

	public void setDomain(@Nullable String domain) {
		this.domain = domain;
	}

	public @Nullable External getExternal() {
		return this.external;
	}

	public void setExternal(@Nullable External external) {
		this.external = external;
	}

	public @Nullable List<NatsStreamProperties.SubjectTransform> getSubjectTransforms() {
		return this.subjectTransforms;
	}

	public void setSubjectTransforms(@Nullable List<NatsStreamProperties.SubjectTransform> subjectTransforms) {
		this.subjectTransforms = subjectTransforms;
	}

	public @Nullable ConsumerSource getConsumerSource() {
		return this.consumerSource;
	}

	public void setConsumerSource(@Nullable ConsumerSource consumerSource) {
		this.consumerSource = consumerSource;
	}

	/**
	 * How to reach a stream of another account or domain.
	 */
	public static class External {

		/**
		 * Subject prefix of the JetStream API.
		 */
		private @Nullable String api;

		/**
		 * Subject prefix of deliveries.
		 */
		private @Nullable String deliver;

		public @Nullable String getApi() {
			return this.api;
		}

		public void setApi(@Nullable String api) {
			this.api = api;
		}

		public @Nullable String getDeliver() {
			return this.deliver;
		}

		public void setDeliver(@Nullable String deliver) {
			this.deliver = deliver;
		}

	}

	/**
	 * A consumer that a stream is read through.
	 */
	public static class ConsumerSource {

		/**
		 * Name of the consumer.
		 */
		private @Nullable String name;

		/**
		 * Subject that the consumer delivers to.
		 */
		private @Nullable String deliverSubject;

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

		public @Nullable String getDeliverSubject() {
			return this.deliverSubject;
		}

		public void setDeliverSubject(@Nullable String deliverSubject) {
			this.deliverSubject = deliverSubject;
		}

	}

}
