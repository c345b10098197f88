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

package io.github.natsspring.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.watch.BucketWatch;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.util.StringUtils;

/**
 * What one {@link NatsKeyValueListener} or {@link NatsObjectStoreListener} says.
 */
record WatchDeclaration(BucketWatch.Kind kind, String bucket, List<String> keys, boolean includeCurrent,
		boolean includeHistory, boolean includeDeletes, String id, String connection, String errorHandler,
		String autoStartup) {

	static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsKeyValueListener.class,
			NatsKeyValueListeners.class, NatsObjectStoreListener.class, NatsObjectStoreListeners.class);

	/**
	 * Whether a method has one of the annotations. All methods of all beans are looked
	 * at: to merge what is not there would be a good part of a start.
	 */
	static boolean isOn(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY,
				RepeatableContainers.none());
		return ANNOTATIONS.stream().anyMatch(annotations::isPresent);
	}

	/**
	 * What the annotations of a method say.
	 */
	static List<WatchDeclaration> of(Method method) {
		List<WatchDeclaration> declarations = new ArrayList<>();
		AnnotatedElementUtils
			.findMergedRepeatableAnnotations(method, NatsKeyValueListener.class, NatsKeyValueListeners.class)
			.forEach((annotation) -> declarations.add(of(annotation)));
		AnnotatedElementUtils
			.findMergedRepeatableAnnotations(method, NatsObjectStoreListener.class, NatsObjectStoreListeners.class)
			.forEach((annotation) -> declarations.add(of(annotation)));
		return declarations;
	}

	private static WatchDeclaration of(NatsKeyValueListener annotation) {
		return new WatchDeclaration(BucketWatch.Kind.KEY_VALUE, annotation.bucket(), List.of(annotation.keys()),
				annotation.includeCurrent(), annotation.includeHistory(), annotation.includeDeletes(), annotation.id(),
				annotation.connection(), annotation.errorHandler(), annotation.autoStartup());
	}

	private static WatchDeclaration of(NatsObjectStoreListener annotation) {
		return new WatchDeclaration(BucketWatch.Kind.OBJECT_STORE, annotation.bucket(), List.of(),
				annotation.includeCurrent(), false, annotation.includeDeletes(), annotation.id(),
				annotation.connection(), annotation.errorHandler(), annotation.autoStartup());
	}

	NatsListenerEndpoint toEndpoint(Object bean, Method method, String defaultId, ListenerAttributes attributes) {
		String id = attributes.text("id", this.id);
		return NatsListenerEndpoint.forMethod((id != null) ? id : defaultId, bean, method)
			.watch(watch(attributes))
			.errorHandler(attributes.bean("errorHandler", this.errorHandler, NatsErrorHandler.class))
			.autoStartup(attributes.flag("autoStartup", this.autoStartup))
			.build();
	}

	private BucketWatch watch(ListenerAttributes attributes) {
		String bucket = attributes.text("bucket", this.bucket);
		if (bucket == null) {
			throw new NatsListenerException(attributes.describe(), "its attribute 'bucket' is empty",
					"Set the name of the bucket");
		}
		if (this.includeHistory && !this.includeCurrent) {
			throw new NatsListenerException(attributes.describe(),
					"its attribute 'includeHistory' is 'true', and 'includeCurrent' is 'false', and the current values are the last of the history",
					"Remove one of them");
		}
		String[] keys = keys(attributes);
		try {
			BucketWatch watch = (this.kind == BucketWatch.Kind.KEY_VALUE) ? BucketWatch.keyValue(bucket, keys)
					: BucketWatch.objectStore(bucket);
			return watch.withCurrent(this.includeCurrent)
				.withHistory(this.includeHistory)
				.withDeletes(this.includeDeletes);
		}
		catch (IllegalArgumentException ex) {
			throw new NatsListenerException(attributes.describe(),
					"its attribute 'bucket' cannot be used: %s".formatted(ex.getMessage()), "Correct the name", ex);
		}
	}

	private String[] keys(ListenerAttributes attributes) {
		List<String> keys = new ArrayList<>();
		for (String value : this.keys) {
			addAll(attributes, value, attributes.resolve("keys", value), keys);
		}
		return keys.toArray(String[]::new);
	}

	private void addAll(ListenerAttributes attributes, String value, @Nullable Object resolved, List<String> keys) {
		if (resolved instanceof Collection<?> collection) {
			collection.forEach((element) -> addAll(attributes, value, element, keys));
		}
		else if (resolved instanceof Object[] array) {
			Arrays.asList(array).forEach((element) -> addAll(attributes, value, element, keys));
		}
		else if (resolved == null || !StringUtils.hasText(resolved.toString())) {
			throw new NatsListenerException(attributes.describe(),
					"its attribute 'keys' holds '%s', which is an empty key".formatted(value),
					"Set a key such as user.{id}, or remove the attribute to watch all keys");
		}
		else {
			String key = resolved.toString().trim();
			try {
				BucketWatch.parseKey(key);
			}
			catch (IllegalArgumentException ex) {
				throw new NatsListenerException(attributes.describe(),
						"its attribute 'keys' cannot be used: %s".formatted(ex.getMessage()), "Correct the key", ex);
			}
			keys.add(key);
		}
	}

}
