using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LlmSpell.Bench;

/// <summary>As much of Redis's protocol (RESP 2, https://redis.io/docs/latest/develop/reference/protocol-spec/) as the comparison needs, over a Unix socket. Not thread-safe.</summary>
internal sealed class RedisConnection : IDisposable
{
    private const int PipelineDepth = 1_000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NetworkStream _stream;
    private readonly BufferedStream _reader;
    private readonly BufferedStream _writer;

    /// <exception cref="SocketException">Nobody listens there.</exception>
    internal RedisConnection(string path)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
            _stream = new NetworkStream(_socket);
            _reader = new BufferedStream(_stream, 1 << 16);
            _writer = new BufferedStream(_stream, 1 << 16);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and returns its answer, an error as its text with the leading minus sign; null for none.</summary>
    internal byte[]? Call(params ReadOnlySpan<string> words)
    {
        Send([.. words.ToArray().Select(Encoding.UTF8.GetBytes)]);
        _writer.Flush();
        return ReadAnswer();
    }

    internal string CallText(params ReadOnlySpan<string> words) => Encoding.UTF8.GetString(Call(words) ?? []);

    /// <summary>Sets many keys, a thousand at a time.</summary>
    internal void SetMany(IEnumerable<Entry> entries)
    {
        foreach (Entry[] batch in entries.Chunk(PipelineDepth))
        {
            foreach (Entry entry in batch)
            {
                Send("SET"u8.ToArray(), KeyOf(entry), entry.Value.Bytes.ToArray());
            }

            _writer.Flush();
            foreach (Entry _ in batch)
            {
                string answer = Encoding.UTF8.GetString(ReadAnswer() ?? []);
                if (answer != "OK")
                {
                    throw new ToolException($"redis-server answered \"{answer}\" to SET.");
                }
            }
        }
    }

    internal byte[]? Get(Entry entry)
    {
        Send("GET"u8.ToArray(), KeyOf(entry));
        _writer.Flush();
        return ReadAnswer();
    }

    public void Dispose()
    {
        // The buffers write to the stream when they are disposed: it must still be open.
        _writer.Dispose();
        _reader.Dispose();
        _stream.Dispose();
        _socket.Dispose();
    }

    private static byte[] KeyOf(Entry entry) => [.. entry.Key.Scope, 0, .. entry.Key.Key];

    private void Send(params ReadOnlySpan<byte[]> words)
    {
        WriteLine('*', words.Length);
        foreach (byte[] word in words)
        {
            WriteLine('$', word.Length);
            _writer.Write(word);
            _writer.Write("\r\n"u8);
        }
    }

    private void WriteLine(char kind, int number) =>
        _writer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{number}\r\n")));

    private byte[]? ReadAnswer()
    {
        string line = ReadLine();
        switch (line[0])
        {
            case '+' or ':':
                return Encoding.UTF8.GetBytes(line[1..]);
            case '-':
                return Encoding.UTF8.GetBytes(line);
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return null;
                }

                byte[] bytes = new byte[length];
                _reader.ReadExactly(bytes);
                ReadLine();
                return bytes;
            default:
                throw new ToolException($"redis-server sent \"{line}\", which is no answer.");
        }
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        for (int next = _reader.ReadByte(); next != '\n'; next = _reader.ReadByte())
        {
            if (next < 0)
            {
                throw new IOException("redis-server closed the connection.");
            }

            line.Append((char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
