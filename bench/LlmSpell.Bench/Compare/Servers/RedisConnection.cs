using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmSpell.Bench;

/// <summary>As much of Redis's protocol (RESP 2, https://redis.io/docs/latest/develop/reference/protocol-spec/) as the comparisons need. Not thread-safe.</summary>
internal sealed class RedisConnection : IDisposable
{
    private const int PipelineDepth = 1_000;

    private readonly Socket _socket;
    private byte[] _output = new byte[1 << 16];
    private int _written;
    private byte[] _input = new byte[1 << 16];
    private int _taken;
    private int _received;

    /// <param name="server">A Unix socket, or an address and port of TCP.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    internal RedisConnection(EndPoint server)
    {
        bool tcp = server is IPEndPoint;
        _socket = new Socket(server.AddressFamily, SocketType.Stream, tcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (tcp)
            {
                // A Unix socket refuses the option.
                _socket.NoDelay = true;
            }

            _socket.Connect(server);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and returns its answer, an error as its text with the leading minus sign.</summary>
    internal string CallText(params ReadOnlySpan<string> words)
    {
        WriteLine('*', words.Length);
        foreach (string word in words)
        {
            WriteWord(Encoding.UTF8.GetBytes(word));
        }

        Send();
        return Encoding.UTF8.GetString(ReadAnswer() ?? []);
    }

    /// <summary>Sets one key.</summary>
    internal void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        WriteSet(key, value);
        Send();
        RequireOk("SET");
    }

    /// <summary>Sets many keys, a thousand at a time, each by a command of its own.</summary>
    internal void SetMany(IEnumerable<Entry> entries)
    {
        foreach (Entry[] batch in entries.Chunk(PipelineDepth))
        {
            foreach (Entry entry in batch)
            {
                WriteSet(KeyOf(entry), entry.Value.Bytes.Span);
            }

            Send();
            foreach (Entry _ in batch)
            {
                RequireOk("SET");
            }
        }
    }

    /// <summary>Sets all of these keys by one command, so that nobody sees a part of them.</summary>
    internal void SetTogether(ReadOnlySpan<WorkItem> items)
    {
        WriteLine('*', 1 + (2 * items.Length));
        WriteWord("MSET"u8);
        foreach (WorkItem item in items)
        {
            WriteWord(item.Name);
            WriteWord(item.Value.Bytes.Span);
        }

        Send();
        RequireOk("MSET");
    }

    /// <summary>The value of a key; null if there is none.</summary>
    internal byte[]? Get(ReadOnlySpan<byte> key)
    {
        WriteLine('*', 2);
        WriteWord("GET"u8);
        WriteWord(key);
        Send();
        return ReadAnswer();
    }

    internal byte[]? Get(Entry entry) => Get(KeyOf(entry));

    public void Dispose() => _socket.Dispose();

    private static byte[] KeyOf(Entry entry) => [.. entry.Key.Scope, 0, .. entry.Key.Key];

    private void WriteSet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        WriteLine('*', 3);
        WriteWord("SET"u8);
        WriteWord(key);
        WriteWord(value);
    }

    private void WriteWord(ReadOnlySpan<byte> word)
    {
        WriteLine('$', word.Length);
        Span<byte> space = Reserve(word.Length + 2);
        word.CopyTo(space);
        "\r\n"u8.CopyTo(space[word.Length..]);
        _written += word.Length + 2;
    }

    private void WriteLine(char kind, int number)
    {
        Span<byte> space = Reserve(16);
        space[0] = (byte)kind;
        Utf8Formatter.TryFormat(number, space[1..], out int digits);
        "\r\n"u8.CopyTo(space[(1 + digits)..]);
        _written += digits + 3;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_output.Length - _written < bytes)
        {
            Array.Resize(ref _output, Math.Max(_output.Length * 2, _written + bytes));
        }

        return _output.AsSpan(_written);
    }

    private void Send()
    {
        for (int sent = 0; sent < _written;)
        {
            sent += _socket.Send(_output.AsSpan(sent, _written - sent));
        }

        _written = 0;
    }

    private void RequireOk(string command)
    {
        byte[] answer = ReadAnswer() ?? [];
        if (!answer.AsSpan().SequenceEqual("OK"u8))
        {
            throw new ToolException($"redis-server answered \"{Encoding.UTF8.GetString(answer)}\" to {command}.");
        }
    }

    private byte[]? ReadAnswer()
    {
        ReadOnlySpan<byte> line = ReadLine();
        switch (line.IsEmpty ? default : (char)line[0])
        {
            case '+' or ':':
                return line[1..].ToArray();
            case '-':
                return line.ToArray();
            case '$':
                int length = int.Parse(line[1..], CultureInfo.InvariantCulture);
                return length < 0 ? null : ReadBytes(length);
            default:
                throw new ToolException($"redis-server sent \"{Encoding.UTF8.GetString(line)}\", which is no answer.");
        }
    }

    private byte[] ReadBytes(int length)
    {
        while (_received - _taken < length + 2)
        {
            Receive();
        }

        byte[] bytes = _input.AsSpan(_taken, length).ToArray();
        _taken += length + 2;
        return bytes;
    }

    /// <summary>Without its end; valid until the next call.</summary>
    private ReadOnlySpan<byte> ReadLine()
    {
        int length;
        while ((length = _input.AsSpan(_taken, _received - _taken).IndexOf("\r\n"u8)) < 0)
        {
            Receive();
        }

        ReadOnlySpan<byte> line = _input.AsSpan(_taken, length);
        _taken += length + 2;
        return line;
    }

    private void Receive()
    {
        if (_taken > 0)
        {
            _input.AsSpan(_taken, _received - _taken).CopyTo(_input);
            _received -= _taken;
            _taken = 0;
        }

        if (_received == _input.Length)
        {
            Array.Resize(ref _input, _input.Length * 2);
        }

        int count = _socket.Receive(_input.AsSpan(_received));
        _received += count > 0 ? count : throw new IOException("redis-server closed the connection.");
    }
}
