using System.Diagnostics;
using LlmSpell.State.Files;
using LlmSpell.Testing;

namespace LlmSpell.State.Tests.Files;

public sealed class RealPathTests
{
    [Theory]
    [InlineData("link", "real")]
    [InlineData("link/", "real/")]
    [InlineData("link/state", "real/state")]
    [InlineData("link/missing/more", "real/missing/more")]
    [InlineData("link/there/../more", "real/more")]
    [InlineData("second/x", "real/there/x")]
    [InlineData("up/x", "x")]
    [InlineData("dangling/x", "dangling/x")]
    [InlineData("circle/x", "circle/x")]
    [InlineData("nothing/é", "nothing/é")]
    public void Links_are_followed_as_far_as_there_is_something(string path, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["real/there"]);
        Directory.CreateSymbolicLink(folder["link"], "real");
        Directory.CreateSymbolicLink(folder["second"], "link/there");
        Directory.CreateSymbolicLink(folder["up"], "second/../..");
        Directory.CreateSymbolicLink(folder["dangling"], "gone");
        Directory.CreateSymbolicLink(folder["circle"], "circle");

        Assert.Equal(Path.TrimEndingDirectorySeparator(folder[expected]), Path.TrimEndingDirectorySeparator(RealPath.Of(folder[path])));
    }

    /// <summary>As text it would be the path of another folder.</summary>
    [Fact]
    public void A_link_to_where_a_name_is_no_text_stays_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "others have no such names");
        using TemporaryFolder folder = new();
        Shell(folder, "name=$(printf '\\377') && mkdir -p \"$name/state\" && ln -s \"$name/state\" link");

        string real = RealPath.Of(folder["link/db"]);

        Shell(folder, "rm -r link \"$(printf '\\377')\""); // .NET cannot
        Assert.Equal(folder["link/db"], real);
    }

    private static void Shell(TemporaryFolder folder, string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = folder.Path })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
