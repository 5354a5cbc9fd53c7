using System.IO.Pipes;
using System.Text;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Tests.Streams;

public sealed class FileDescriptorStreamTests
{
    [Fact]
    public async Task Output_to_a_pipe_arrives_whole_even_when_the_reader_is_slow()
    {
        using AnonymousPipeServerStream reader = new(PipeDirection.In);
        using LuaHost host = new(new LuaHostOptions { Output = DescriptorOf(reader) });

        Task run = Task.Run(
            () =>
            {
                host.RunString("for i = 1, 100000 do print(i) end", "test");
                reader.DisposeLocalCopyOfClientHandle();
            },
            TestContext.Current.CancellationToken);
        using StreamReader lines = new(reader, Encoding.UTF8);
        int expected = 0;
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            Assert.Equal((++expected).ToString(System.Globalization.CultureInfo.InvariantCulture), line);
        }

        await run;
        Assert.Equal(100000, expected);
    }

    [Fact]
    public void A_reader_that_has_gone_ends_the_script_through_the_exit_handler()
    {
        using AnonymousPipeServerStream reader = new(PipeDirection.In);
        Stream output = DescriptorOf(reader);
        List<int> codes = [];
        using LuaHost host = new(new LuaHostOptions { Output = output, ExitHandler = codes.Add });
        reader.Dispose();

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("while true do print('x') end", "test"));

        Assert.Equal([LuaHostOptions.OutputClosedExitCode], codes);
        Assert.StartsWith("test:1: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_gone_when_the_script_is_done_is_no_failure()
    {
        using AnonymousPipeServerStream reader = new(PipeDirection.In);
        Stream output = DescriptorOf(reader);
        using LuaHost host = new(new LuaHostOptions { Output = output });
        reader.Dispose();

        host.RunString("print('nobody listens')", "test");
    }

    [Fact]
    public void A_script_reads_from_a_descriptor()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        writer.Write("one\ntwo"u8);
        int descriptor = (int)writer.ClientSafePipeHandle.DangerousGetHandle();
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions { Output = output, Input = new FileDescriptorStream(descriptor) });
        writer.Flush();
        CloseWriter(writer);

        host.RunString("for line in io.lines() do io.write('<', line, '>') end", "test");

        Assert.Equal("<one><two>", Encoding.UTF8.GetString(output.ToArray()));
    }

    private static FileDescriptorStream DescriptorOf(AnonymousPipeServerStream reader) =>
        new((int)reader.ClientSafePipeHandle.DangerousGetHandle());

    // Closes the writing end and leaves the client's end, whose handle the server object would close with itself, open.
    private static void CloseWriter(AnonymousPipeServerStream writer) => writer.SafePipeHandle.Dispose();
}
