using System.Net.Sockets;

namespace LlmSpell.Bench;

/// <summary>A redis-server of our own in a folder of its own: no port, a Unix socket only, and nothing saved unless asked for.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private readonly ServerProcess _process;
    private readonly string _socket;

    /// <summary>Starts it on what the folder holds, and waits until it has loaded that.</summary>
    internal RedisServer(string folder)
    {
        _socket = Path.Combine(folder, "s");
        _process = new ServerProcess(new Command(
            "redis-server", "--port", "0", "--unixsocket", _socket, "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no")
        {
            WorkingFolder = folder,
        });
        try
        {
            _process.WaitUntil(HasLoaded, StartLimit);
            Connection = new RedisConnection(_socket);
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    internal RedisConnection Connection { get; }

    internal double ProcessorSeconds => _process.ProcessorSeconds;

    internal long LargestBytes => _process.LargestBytes;

    public void Dispose()
    {
        Connection.Dispose();
        _process.Dispose();
    }

    private bool HasLoaded()
    {
        try
        {
            using RedisConnection connection = new(_socket);
            return connection.CallText("PING") == "PONG";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
