package io.packice.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An answer's body; closed before its end, the connection is given up rather than drained. */
final class S3Stream extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> answer;
  private long left;

  S3Stream(ResponseInputStream<GetObjectResponse> answer) {
    super(answer);
    this.answer = answer;
    this.left = answer.response().contentLength();
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    left -= b < 0 ? left : 1;
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    left -= count < 0 ? left : count;
    return count;
  }

  @Override
  public void close() throws IOException {
    if (left > 0) {
      answer.abort();
    }
    super.close();
  }
}
