using System.Diagnostics;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Processes;

/// <summary>Export and import as people join them in a shell, with the real program.</summary>
public sealed class StatePipeTests : IDisposable
{
    private const string Fill =
        "for i = 1, 3000 do State.save('user:' .. i % 7, ('key %05d'):format(i), { n = i, f = i / 8, s = ('é'):rep(i % 50), b = '\\255' .. i }) end";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pipe_copies_one_state_into_another()
    {
        SkipWithoutShell();
        _folder.Write("other/llmspell.toml", "");
        await Start("exec", Fill).EndAsync();

        (int code, string output, string error) = await CommandLineProcess.Shell(
            _folder.Path, "set -o pipefail; $LLMSPELL state export | $LLMSPELL -c other/llmspell.toml state import").EndAsync();

        Assert.Equal((0, "imported 3,000 entries from standard input: 3,000 added, 0 changed, 0 the same as before\n", ""), (code, output, error));
        const string fingerprint = "state stats | grep fingerprint";
        string from = (await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {fingerprint}").EndAsync()).Output;
        string to = (await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL -c other/llmspell.toml {fingerprint}").EndAsync()).Output;
        Assert.StartsWith("fingerprint", from, StringComparison.Ordinal);
        Assert.Equal(from, to);
        Assert.Equal(0, (await Start("-c", "other/llmspell.toml", "state", "check").EndAsync()).Code);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_an_export_quietly()
    {
        SkipWithoutShell();
        await Start("exec", Fill).EndAsync();

        (_, string output, string error) = await CommandLineProcess.Shell(
            _folder.Path, "$LLMSPELL state export | head -c 20; code=${PIPESTATUS[0]}; echo; echo $code").EndAsync();

        Assert.Equal(("{\"scope\":\"user:0\",\"k\n141\n", ""), (output, error));
    }

    [Fact]
    public async Task An_export_that_fails_stores_nothing_at_the_other_end_of_the_pipe()
    {
        SkipWithoutShell();
        _folder.Write("other/llmspell.toml", "");

        (int code, string output, string error) = await CommandLineProcess.Shell(
            _folder.Path, "printf '{\"scope\":\"s\",\"key\":\"k\",\"value\":1}\\n{\"error\":{}}\\n' | $LLMSPELL -c other/llmspell.toml state import").EndAsync();

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("line 2", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["other/.llmspell"]));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_ends_with_7()
    {
        SkipWithoutShell();
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("needs /dev/full");
        }

        await Start("exec", Fill).EndAsync();

        (int code, _, string error) = await CommandLineProcess.Shell(_folder.Path, "$LLMSPELL state export > /dev/full").EndAsync();

        Assert.Equal(7, code);
        Assert.Equal(
            "llmspell: cannot write the export to standard output: No space left on device\n" +
            "hint: What has been written is not the whole state: export once more to where there is room.\n",
            error);
    }

    [Theory]
    [InlineData("- <&3")]
    [InlineData("pipe")]
    public async Task Ctrl_C_while_an_import_waits_for_more_stores_nothing(string input)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("looks into /proc");
        }

        using Process process = CommandLineProcess.Shell(
            _folder.Path,
            $"mkfifo pipe; exec 3<>pipe; printf '{{\"scope\":\"s\",\"key\":\"k\",\"value\":1}}\\n' >&3; exec $LLMSPELL state import {input}");
        await UntilItReadsAsync(process);
        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -INT {process.Id}"]);

        (int code, string output, string error) = await process.EndAsync();

        Assert.Equal((130, "", "llmspell: interrupted\n"), (code, output, error));
        Assert.Equal(["pipe"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("state export")]
    [InlineData("backup diff latest -v")]
    [InlineData("--output json backup diff latest -v")]
    public async Task One_Ctrl_C_ends_what_is_written_into_a_pipe_that_nobody_reads(string command)
    {
        SkipWithoutShell();
        await Start("exec", "State.create_backup() " + Fill).EndAsync();
        using Process process = CommandLineProcess.Shell(_folder.Path, $"exec $LLMSPELL {command}");
        char[] first = new char[1];
        Assert.Equal(1, await process.StandardOutput.ReadAsync(first, TestContext.Current.CancellationToken));

        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -INT {process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("llmspell: interrupted\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    // The spool of an import has no name any more, but its descriptor tells that the import has begun.
    private static async Task UntilItReadsAsync(Process process)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && target.Contains("llmspell-import", StringComparison.Ordinal)))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "the import never began");
            Assert.False(process.HasExited, "the import ended by itself");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static void SkipWithoutShell()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs a Unix shell");
        }
    }

    private Process Start(params string[] arguments) => CommandLineProcess.Start(_folder.Path, arguments);
}
