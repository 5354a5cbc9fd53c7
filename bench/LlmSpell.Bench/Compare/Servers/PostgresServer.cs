using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>
/// A PostgreSQL server of our own: a new cluster in a temporary folder, a Unix socket there and no port. PostgreSQL refuses to run as
/// root, so for root it runs as the user <c>postgres</c>.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private const string User = "postgres";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly string _programs;
    private readonly string _folder = Directory.CreateTempSubdirectory("llmspell-bench-pg-").FullName;

    internal PostgresServer(string programs)
    {
        _programs = programs;
        try
        {
            string data = Path.Combine(_folder, "data");
            if (Environment.IsPrivilegedProcess)
            {
                ChildProcess.Output(new Command("chown", User, _folder));
            }

            ChildProcess.Output(Of("initdb", "-D", data, "-A", "trust", "-U", User, "-E", "UTF8", "--no-locale"));
            Process = new ServerProcess(Of("postgres", "-D", data, "-k", _folder, "-c", "listen_addresses="), interrupt: true);
            Process.WaitUntil(Answers, StartLimit);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal ServerProcess? Process { get; private set; }

    /// <summary>A folder that the server's user can write to.</summary>
    internal string Folder => _folder;

    /// <summary>One of its programs, as the server's user.</summary>
    internal Command Of(string program, params string[] arguments)
    {
        Command command = new(Path.Combine(_programs, program), arguments)
        {
            WorkingFolder = _folder,
            Variables = new Dictionary<string, string> { ["PGHOST"] = _folder, ["PGUSER"] = User, ["HOME"] = _folder },
        };
        return Environment.IsPrivilegedProcess ? command.As(User) : command;
    }

    /// <summary>Runs statements in a database and returns what they print, without decoration.</summary>
    internal string Query(string database, string statements) =>
        ChildProcess.Output(Of("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statements)).Trim();

    /// <summary>Copies entries into a table, in PostgreSQL's binary format.</summary>
    internal void CopyInto(string database, string table, IEnumerable<Entry> entries)
    {
        string statement = string.Create(CultureInfo.InvariantCulture, $"COPY {table} FROM STDIN (FORMAT binary)");
        ChildProcess.Output(Of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement) with
        {
            Input = stream => PostgresCopy.Write(stream, entries),
        });
    }

    public void Dispose()
    {
        Process?.Dispose();
        Process = null;
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            return Query("postgres", "SELECT 1") == "1";
        }
        catch (ToolException)
        {
            return false;
        }
    }
}
