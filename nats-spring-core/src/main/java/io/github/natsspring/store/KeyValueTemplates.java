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

package io.github.natsspring.store;

import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.JetStreamOptions;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.Validator;

import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

/**
 * Makes templates over the key-value buckets of a connection. Making one needs no
 * connection and no request; whether the bucket exists shows at its first use.
 */
public final class KeyValueTemplates {

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final NatsMessageConverter converter;

	private final JetStreamOperations publisher;

	/**
	 * Create a factory of templates.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of reads
	 * @param converter converts values
	 * @param settings the settings of writes
	 */
	public KeyValueTemplates(ConnectionHolder holder, JetStreamOptions options, NatsMessageConverter converter,
			JetStreamTemplateSettings settings) {
		this.holder = holder;
		this.options = options;
		this.converter = converter;
		this.publisher = new JetStreamTemplate(holder, new RawBytesConverter(), options, settings);
	}

	/**
	 * A template over a bucket.
	 * @param <T> the type of the values
	 * @param bucket the name of the bucket
	 * @param type the type of the values
	 * @return the template
	 * @throws IllegalArgumentException if it is no name of a bucket
	 */
	public <T> KeyValueTemplate<T> of(String bucket, Class<T> type) {
		return create(bucket, type);
	}

	/**
	 * A template over a bucket.
	 * @param <T> the type of the values
	 * @param bucket the name of the bucket
	 * @param type the type of the values, with its generics
	 * @return the template
	 * @throws IllegalArgumentException if it is no name of a bucket
	 */
	public <T> KeyValueTemplate<T> of(String bucket, ParameterizedTypeReference<T> type) {
		return create(bucket, type.getType());
	}

	/**
	 * The template that somebody wants to have injected.
	 * @param bucket the name of the bucket
	 * @param injectionPoint where it is injected; its generic type says the type of the
	 * values
	 * @return the template
	 * @throws IllegalStateException if it is injected without a type of values
	 */
	public KeyValueTemplate<?> injected(String bucket, InjectionPoint injectionPoint) {
		ResolvableType template = (injectionPoint instanceof DependencyDescriptor descriptor)
				? descriptor.getResolvableType() : ResolvableType.NONE;
		// The template and its interface have this one type parameter
		ResolvableType value = template.getGeneric(0);
		Class<?> valueClass = value.resolve();
		if (valueClass == null || value.hasUnresolvableGenerics()) {
			throw new IllegalStateException(
					("The template over bucket '%s' is injected without the type of its values: %s of %s. Declare it, as"
							+ " in KeyValueTemplate<Profile>, or get one from KeyValueTemplates")
						.formatted(bucket, injectionPoint, injectionPoint.getMember().getDeclaringClass().getName()));
		}
		if (!(value.getType() instanceof TypeVariable)) {
			return create(bucket, value.getType());
		}
		// The variable of a superclass, which the class of the injected bean sets
		return create(bucket, value.hasGenerics()
				? ResolvableType.forClassWithGenerics(valueClass, value.getGenerics()).getType() : valueClass);
	}

	private <T> KeyValueTemplate<T> create(String bucket, Type type) {
		Validator.validateBucketName(bucket, true);
		BucketAccess access = new BucketAccess(this.holder, this.options, "Key-value bucket", bucket,
				NatsKeyValueUtil.toStreamName(bucket));
		return new KeyValueTemplate<>(new KeyValueBucket(access, this.publisher),
				new ValueCodec<>(this.converter, type), KeyValueTemplate.DEFAULT_MAX_TRIES);
	}

}
