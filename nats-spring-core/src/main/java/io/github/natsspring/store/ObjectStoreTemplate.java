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

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.support.Subjects;
import io.nats.client.NUID;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectLink;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectMetaOptions;
import io.nats.client.support.NatsObjectStoreUtil;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.util.Assert;

/**
 * An object-store bucket. Get one from {@link ObjectStoreTemplates} or, with Spring Boot,
 * by injection. Safe for many threads.
 */
public class ObjectStoreTemplate implements ObjectStoreOperations {

	/**
	 * How many bytes of an upload or a download are on their way at most.
	 */
	static final int BYTES_IN_FLIGHT = 4 * 1024 * 1024;

	private static final int MAX_WINDOW = 256;

	private static final int MAX_LINKS = 16;

	private final ObjectStoreTemplates templates;

	private final BucketAccess access;

	private final ObjectDirectory directory;

	private final JetStreamOperations publisher;

	ObjectStoreTemplate(ObjectStoreTemplates templates, BucketAccess access, JetStreamOperations publisher) {
		this.templates = templates;
		this.access = access;
		this.directory = new ObjectDirectory(access, publisher);
		this.publisher = publisher;
	}

	@Override
	public String getBucket() {
		return this.access.bucket();
	}

	@Override
	public ObjectInfo put(String name, InputStream content) throws IOException {
		requireName(name);
		return put(ObjectMeta.objectName(name), content);
	}

	@Override
	public ObjectInfo put(ObjectMeta meta, InputStream content) throws IOException {
		requireName(meta.getObjectName());
		Assert.notNull(content, "'content' must not be null");
		ObjectMetaOptions options = meta.getObjectMetaOptions();
		Assert.isTrue(options == null || options.getLink() == null,
				() -> "Object '%s' cannot be a link and have content; make the link with link(…)"
					.formatted(Subjects.printable(meta.getObjectName())));
		int chunkSize = (options != null && options.getChunkSize() > 0) ? options.getChunkSize()
				: NatsObjectStoreUtil.DEFAULT_CHUNK_SIZE;
		requireChunkSize(meta.getObjectName(), chunkSize);
		return new ObjectUpload(this.publisher, this.directory, meta, chunkSize, window(chunkSize, BYTES_IN_FLIGHT),
				this.templates.patience())
			.run(content);
	}

	@Override
	public ObjectInfo put(String name, Resource content) throws IOException {
		requireName(name);
		try (InputStream stream = content.getInputStream()) {
			return put(name, stream);
		}
	}

	@Override
	public ObjectInfo put(String name, Path content) throws IOException {
		requireName(name);
		try (InputStream stream = Files.newInputStream(content)) {
			return put(name, stream);
		}
	}

	@Override
	public ObjectDownload get(String name) {
		return get(name, MAX_LINKS);
	}

	@Override
	public @Nullable ObjectInfo getInfo(String name) {
		StoredObject found = this.directory.findExisting(name);
		return (found != null) ? found.info() : null;
	}

	@Override
	public List<ObjectInfo> list() {
		return this.directory.list();
	}

	@Override
	public boolean delete(String name) {
		StoredObject found = this.directory.findExisting(name);
		if (found == null) {
			return false;
		}
		ObjectInfo deleted = ObjectInfo.builder(found.info()).deleted(true).size(0).chunks(0).digest(null).build();
		this.directory.store(deleted, found);
		return true;
	}

	@Override
	public ObjectInfo link(String name, ObjectInfo target) {
		String targetName = Subjects.printable(target.getObjectName());
		Assert.isTrue(!target.isDeleted(),
				() -> "The target '%s' of link '%s' is deleted".formatted(targetName, Subjects.printable(name)));
		Assert.isTrue(!target.isLink(), () -> "The target '%s' of link '%s' is a link itself; link to its target"
			.formatted(targetName, Subjects.printable(name)));
		return storeLink(name, ObjectLink.object(target.getBucket(), target.getObjectName()));
	}

	@Override
	public ObjectInfo linkBucket(String name, String targetBucket) {
		Validator.validateBucketName(targetBucket, true);
		return storeLink(name, ObjectLink.bucket(targetBucket));
	}

	@Override
	public String toString() {
		return "ObjectStoreTemplate[bucket=%s]".formatted(getBucket());
	}

	/**
	 * How many chunks of a size may be on their way.
	 */
	static int window(long chunkSize, int bytesInFlight) {
		return (int) Math.max(2, Math.min(MAX_WINDOW, bytesInFlight / chunkSize));
	}

	private ObjectDownload get(String name, int links) {
		StoredObject found = this.directory.findExisting(name);
		if (found == null) {
			throw new ObjectNotFoundException(
					"Object '%s' is not in bucket '%s'".formatted(Subjects.printable(name), getBucket()), getBucket(),
					name);
		}
		return open(found.info(), links);
	}

	/**
	 * Read an object, or what a link leads to.
	 * @param info the description of the object
	 * @return its content, which is none if the object was replaced or deleted since
	 */
	ObjectDownload open(ObjectInfo info) {
		return open(info, MAX_LINKS);
	}

	private ObjectDownload open(ObjectInfo info, int links) {
		String name = info.getObjectName();
		if (info.isDeleted()) {
			throw new ObjectNotFoundException("Object '%s' of bucket '%s' cannot be read: it is deleted"
				.formatted(Subjects.printable(name), getBucket()), getBucket(), name);
		}
		ObjectLink link = info.getLink();
		if (link == null) {
			return new ObjectDownload(this.access, this.directory, info, BYTES_IN_FLIGHT);
		}
		String target = link.getObjectName();
		if (target == null || links == 0) {
			throw new ObjectStoreException(
					"Object '%s' of bucket '%s' cannot be read: %s".formatted(Subjects.printable(name), getBucket(),
							(target != null) ? "there are too many links one behind the other"
									: "it is a link to bucket '%s'".formatted(link.getBucket())),
					getBucket(), name, null);
		}
		ObjectStoreTemplate bucket = link.getBucket().equals(getBucket()) ? this : this.templates.of(link.getBucket());
		return bucket.get(target, links - 1);
	}

	private ObjectInfo storeLink(String name, ObjectLink link) {
		StoredObject found = this.directory.find(name);
		return this.directory.store(ObjectInfo.builder(getBucket(), name).nuid(NUID.nextGlobal()).link(link).build(),
				found);
	}

	private void requireChunkSize(String name, int chunkSize) {
		long maximum = this.access.connection().getMaxPayload();
		Assert.isTrue(maximum <= 0 || chunkSize <= maximum,
				() -> "Object '%s' cannot be stored in chunks of %d bytes: the server takes at most %d (max_payload)"
					.formatted(Subjects.printable(name), chunkSize, maximum));
	}

	private static void requireName(String name) {
		Assert.hasText(name, "The name of an object must not be empty");
	}

}
