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

package io.github.natsspring.listener.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.ObjectInfo;
import io.nats.client.support.NatsKeyValueUtil;

import org.springframework.util.Assert;

/**
 * What of a key-value or object-store bucket is watched. Immutable.
 *
 * @param kind the kind of bucket
 * @param bucket the name of the bucket
 * @param subjects the subjects of what is watched, with the variables of keys. The name
 * of the bucket is a wildcard: a mirror has the subjects of its origin
 * @param includeCurrent whether what is there at a start is given to the listener
 * @param includeHistory whether all revisions that the bucket keeps are, and not only the
 * last of each key
 * @param includeDeletes whether deletes and purges are
 */
public record BucketWatch(Kind kind, String bucket, List<SubjectTemplate> subjects, boolean includeCurrent,
		boolean includeHistory, boolean includeDeletes) {

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");

	private static final Pattern KEY_TOKEN = Pattern.compile("[-/_=a-zA-Z0-9]+");

	public BucketWatch {
		Assert.isTrue(NAME.matcher(bucket).matches(),
				() -> "'%s' is no name of a bucket, which has letters, digits, '_' and '-' only"
					.formatted(Subjects.printable(bucket)));
		Assert.isTrue(includeCurrent || !includeHistory,
				"The history cannot be included without the current values, which are the last of it");
		subjects = List.copyOf(subjects);
	}

	/**
	 * Watch a key-value bucket: current values and updates, without history and deletes.
	 * @param bucket the name of the bucket
	 * @param keys keys or patterns as in {@code user.*}, {@code user.>} or
	 * {@code user.{id}}; none for all keys
	 * @return the watch
	 * @throws IllegalArgumentException if a name or pattern cannot be one; the message
	 * says why
	 */
	public static BucketWatch keyValue(String bucket, String... keys) {
		List<SubjectTemplate> subjects = new ArrayList<>();
		for (String key : keys) {
			subjects.add(parseKey(key));
		}
		if (subjects.isEmpty()) {
			subjects.add(SubjectTemplate.parse(Kind.KEY_VALUE.anyBucket() + ">"));
		}
		return new BucketWatch(Kind.KEY_VALUE, bucket, subjects, true, false, false);
	}

	/**
	 * Watch an object-store bucket: current objects and changes, without deletes.
	 * @param bucket the name of the bucket
	 * @return the watch
	 * @throws IllegalArgumentException if the name cannot be one
	 */
	public static BucketWatch objectStore(String bucket) {
		return new BucketWatch(Kind.OBJECT_STORE, bucket,
				List.of(SubjectTemplate.parse(Kind.OBJECT_STORE.anyBucket() + ">")), true, false, false);
	}

	/**
	 * Parse a key or pattern.
	 * @param key the key or pattern
	 * @return the subjects of such keys
	 * @throws IllegalArgumentException if it cannot be one; the message says why
	 */
	public static SubjectTemplate parseKey(String key) {
		SubjectTemplate template;
		try {
			template = SubjectTemplate.parse(key);
		}
		catch (IllegalArgumentException ex) {
			String text = String.valueOf(ex.getMessage());
			throw new IllegalArgumentException("'%s' is no key or pattern of keys: %s"
				.formatted(Subjects.printable(key), text.substring(text.indexOf("': ") + 3)), ex);
		}
		for (String token : template.pattern().split("\\.")) {
			Assert.isTrue(token.equals("*") || token.equals(">") || KEY_TOKEN.matcher(token).matches(),
					() -> "'%s' is no key or pattern of keys: '%s' has other characters than letters, digits, '-', '/', '_' and '='"
						.formatted(Subjects.printable(key), Subjects.printable(token)));
		}
		return SubjectTemplate.parse(Kind.KEY_VALUE.anyBucket() + key);
	}

	/**
	 * The same watch with or without what is there at a start.
	 * @param includeCurrent whether that is given to the listener
	 * @return the watch
	 */
	public BucketWatch withCurrent(boolean includeCurrent) {
		return new BucketWatch(this.kind, this.bucket, this.subjects, includeCurrent, this.includeHistory,
				this.includeDeletes);
	}

	/**
	 * The same watch with or without earlier revisions.
	 * @param includeHistory whether all revisions that are kept are given to the listener
	 * @return the watch
	 */
	public BucketWatch withHistory(boolean includeHistory) {
		return new BucketWatch(this.kind, this.bucket, this.subjects, this.includeCurrent, includeHistory,
				this.includeDeletes);
	}

	/**
	 * The same watch with or without deletes and purges.
	 * @param includeDeletes whether they are given to the listener
	 * @return the watch
	 */
	public BucketWatch withDeletes(boolean includeDeletes) {
		return new BucketWatch(this.kind, this.bucket, this.subjects, this.includeCurrent, this.includeHistory,
				includeDeletes);
	}

	/**
	 * The stream behind the bucket.
	 * @return the name of the stream
	 */
	public String stream() {
		return this.kind.streamPrefix + this.bucket;
	}

	/**
	 * The subjects of what is watched, with the name of the bucket and the variables of
	 * keys.
	 * @return the subjects, as they are written
	 */
	public List<String> describeSubjects() {
		String prefix = this.kind.prefix(this.bucket);
		int any = this.kind.anyBucket().length();
		return this.subjects.stream().map((subject) -> prefix + subject.toString().substring(any)).toList();
	}

	/**
	 * Whether a message is watched.
	 */
	boolean isWanted(Message message) {
		String subject = message.getSubject();
		return this.subjects.stream().anyMatch((template) -> template.matches(subject))
				&& (this.includeDeletes || !isDelete(message));
	}

	private boolean isDelete(Message message) {
		return (this.kind == Kind.KEY_VALUE)
				? NatsKeyValueUtil.getOperation(message.getHeaders()) != KeyValueOperation.PUT
				: new ObjectInfo(message).isDeleted();
	}

	@Override
	public String toString() {
		return "%s bucket '%s'".formatted(this.kind.text, this.bucket);
	}

	/**
	 * The kinds of buckets.
	 */
	public enum Kind {

		/**
		 * Keys and values.
		 */
		KEY_VALUE("key-value", "KV_", "$KV.", "."),

		/**
		 * Objects of any size.
		 */
		OBJECT_STORE("object-store", "OBJ_", "$O.", ".M.");

		private final String text;

		private final String streamPrefix;

		private final String before;

		private final String behind;

		Kind(String text, String streamPrefix, String before, String behind) {
			this.text = text;
			this.streamPrefix = streamPrefix;
			this.before = before;
			this.behind = behind;
		}

		/**
		 * Where subjects of a bucket begin.
		 */
		String prefix(String bucket) {
			return this.before + bucket + this.behind;
		}

		String anyBucket() {
			return prefix("*");
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
