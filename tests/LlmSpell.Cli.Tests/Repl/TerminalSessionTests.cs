using System.Diagnostics;
using System.Text;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Repl;

/// <summary>The real program on a real terminal, of <c>script</c> of util-linux.</summary>
public sealed class TerminalSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _seen = new();
    private int _from;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_session_edits_completes_runs_remembers_and_leaves_the_terminal_as_it_was()
    {
        using Process terminal = Start("repl");
        await SeeAsync(terminal, "state in ");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("Stat", "\t", ".sav", "\t", "('global', 'x', {41})\r");
        await SeeAsync(terminal, "State.save('global', 'x', {41})");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("State.load('gl", "\t", ", 'x')[1] +\r1\r");
        await SeeAsync(terminal, "\e[?2004l42\r\n");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("error('bo' .. 'om')\r");
        await SeeAsync(terminal, "input:1: boom");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("io.read()\r");
        await SeeAsync(terminal, "\e[?2004l");
        await TypeAsync("typed\r");
        await SeeAsync(terminal, "\n\"typed\"\r\n");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("given up\x03\x04");
        string end = await EndAsync(terminal);

        Assert.Contains("code=0\r", end, StringComparison.Ordinal);
        Assert.Contains("modes are as before", end, StringComparison.Ordinal);
        Assert.Equal(
            ["State.save('global', 'x', {41})", "State.load('global', 'x')[1] +\\n1", "error('bo' .. 'om')", "io.read()"],
            await File.ReadAllLinesAsync(_folder["history"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("os.exit(7)\r", "code=7\r")]
    [InlineData("os.execute('kill -TERM ' .. io.open('/proc/self/stat'):read('n'))\r", "code=130\r")]
    public async Task However_it_ends_the_terminal_is_as_it_was(string input, string code)
    {
        using Process terminal = Start("repl");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync(input);
        string end = await EndAsync(terminal);

        Assert.True(end.Contains(code, StringComparison.Ordinal), end);
        Assert.Contains("modes are as before", end, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("print('run' .. 'ning') while true do end\r")]
    [InlineData("setmetatable({}, {__tostring = function() print('run' .. 'ning') while true do end end})\r")]
    public async Task Ctrl_C_stops_what_runs_and_the_session_goes_on(string input)
    {
        using Process terminal = Start("repl");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync(input);
        await SeeAsync(terminal, "running");
        await TypeAsync("\x03");
        await SeeAsync(terminal, "interrupted");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("6 * 7\r");
        await SeeAsync(terminal, "\e[?2004l42\r\n");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("\x04");

        Assert.Contains("code=0\r", await EndAsync(terminal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_while_keys_are_read_brings_the_modes_back()
    {
        using Process terminal = Start("repl");
        await SeeAsync(terminal, "\e[?2004h");
        await TypeAsync("print('pid' .. '=' .. io.open('/proc/self/stat'):read('n'))\r");
        await SeeAsync(terminal, "pid=");
        string pid = (await SeeAsync(terminal, "\e[?2004h")).Split('\r')[0];
        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -TERM {pid}"]);
        string end = await EndAsync(terminal);

        Assert.Contains("code=130\r", end, StringComparison.Ordinal);
        Assert.Contains("modes are as before", end, StringComparison.Ordinal);
    }

    private Process Start(string command)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            Assert.Skip("needs script of util-linux for a terminal");
        }

        const string Inner = "before=$(stty -g); $LLMSPELL $COMMAND; echo code=$?; [ $before = $(stty -g) ] && echo modes are as before";
        _folder.Write("session.sh", Inner);
        return CommandLineProcess.Shell(
            _folder.Path,
            $"mkfifo keys; exec 3<>keys; export TERM=xterm COMMAND={command} LLMSPELL_HISTORY=$PWD/history; script -qec 'bash session.sh' /dev/null <&3; echo ended");
    }

    private async Task TypeAsync(params string[] pieces)
    {
        await using FileStream keys = new(_folder["keys"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        foreach (string piece in pieces)
        {
            await keys.WriteAsync(Encoding.UTF8.GetBytes(piece), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a text is written behind the last that was waited for; returns what was written up to its end.</summary>
    private async Task<string> SeeAsync(Process terminal, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        char[] more = new char[1000];
        int place;
        while ((place = _seen.ToString().IndexOf(text, _from, StringComparison.Ordinal)) < 0)
        {
            try
            {
                int count = await terminal.StandardOutput.ReadAsync(more, limit.Token);
                Assert.True(count > 0, $"the terminal was closed before '{text}':\n{_seen}");
                _seen.Append(more, 0, count);
            }
            catch (OperationCanceledException)
            {
                terminal.Kill(entireProcessTree: true);
                Assert.Fail($"'{text}' was not seen:\n{_seen}");
            }
        }

        string found = _seen.ToString(_from, place + text.Length - _from);
        _from = place + text.Length;
        return found;
    }

    private Task<string> EndAsync(Process terminal) => SeeAsync(terminal, "ended\n");
}
