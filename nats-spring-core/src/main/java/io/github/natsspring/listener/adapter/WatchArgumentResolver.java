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

package io.github.natsspring.listener.adapter;

import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.store.ObjectContent;
import io.github.natsspring.store.ObjectStoreTemplates;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.Assert;

/**
 * Gives what a bucket knows of an entry beside its value, for one method.
 */
final class WatchArgumentResolver implements HandlerMethodArgumentResolver {

	private final BucketWatch.Kind kind;

	private final @Nullable ObjectStoreTemplates stores;

	private final Map<Message, ObjectContent> open = new ConcurrentHashMap<>();

	WatchArgumentResolver(ConnectionHolder connection, JetStreamOptions options, BucketWatch.Kind kind) {
		this.kind = kind;
		// Only to read from
		this.stores = (kind == BucketWatch.Kind.OBJECT_STORE)
				? new ObjectStoreTemplates(connection, options, JetStreamTemplateSettings.defaults()) : null;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return supports(this.kind, parameter.getParameterType());
	}

	static boolean supports(BucketWatch.Kind kind, Class<?> type) {
		return (kind == BucketWatch.Kind.KEY_VALUE) ? type == KeyValueEntry.class
				: type == ObjectInfo.class || type == InputStream.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, org.springframework.messaging.Message<?> springMessage) {
		Message message = springMessage.getHeaders().get(NatsHeaders.RAW_MESSAGE, Message.class);
		Assert.state(message != null, "No message of NATS");
		if (this.kind == BucketWatch.Kind.KEY_VALUE) {
			return new KeyValueEntry(message);
		}
		ObjectInfo info = new ObjectInfo(message);
		return (parameter.getParameterType() == ObjectInfo.class) ? info
				: this.open.computeIfAbsent(message, (key) -> content(message, info));
	}

	private ObjectContent content(Message message, ObjectInfo info) {
		String bucket = NatsObjectStoreUtil.extractBucketName(message.metaData().getStream());
		return new ObjectContent(Objects.requireNonNull(this.stores), bucket, info);
	}

	/**
	 * The method has returned.
	 */
	void close(Message message) {
		ObjectContent content = this.open.remove(message);
		if (content != null) {
			content.close();
		}
	}

}
