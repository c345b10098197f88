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
import java.io.OutputStream;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.support.Subjects;
import io.nats.client.api.ObjectInfo;
import org.jspecify.annotations.Nullable;

/**
 * The content of an object that is known already, for who may not want it: nothing is
 * asked of the server before the first read, which begins an {@link ObjectDownload}. Of a
 * link it is the content of what the link leads to then. For one thread at a time; none
 * of jnats.
 */
public final class ObjectContent extends InputStream {

	private final ObjectStoreTemplates templates;

	private final String bucket;

	private final ObjectInfo info;

	private @Nullable ObjectDownload download;

	private boolean closed;

	/**
	 * Create the content.
	 * @param templates gives the bucket
	 * @param bucket the bucket that holds the object, or the link to it
	 * @param info the object
	 */
	public ObjectContent(ObjectStoreTemplates templates, String bucket, ObjectInfo info) {
		this.templates = templates;
		this.bucket = bucket;
		this.info = info;
	}

	@Override
	public int read() throws IOException {
		return download().read();
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		return download().read(buffer, offset, length);
	}

	@Override
	public long transferTo(OutputStream out) throws IOException {
		return download().transferTo(out);
	}

	/**
	 * How much of the present chunk is left.
	 */
	@Override
	public int available() {
		return (this.download != null) ? this.download.available() : 0;
	}

	@Override
	public void close() {
		this.closed = true;
		if (this.download != null) {
			this.download.close();
		}
	}

	private ObjectDownload download() throws IOException {
		if (this.closed) {
			throw new IOException("Object '%s' of bucket '%s' cannot be read: its content is closed, "
				.formatted(Subjects.printable(this.info.getObjectName()), this.bucket)
					+ "which it is when the listener has returned");
		}
		ObjectDownload download = this.download;
		if (download == null) {
			try {
				download = this.templates.of(this.bucket).open(this.info);
			}
			catch (NatsException ex) {
				throw new ObjectDownloadException(String.valueOf(ex.getMessage()), this.bucket,
						this.info.getObjectName(), ex);
			}
			this.download = download;
		}
		return download;
	}

}
