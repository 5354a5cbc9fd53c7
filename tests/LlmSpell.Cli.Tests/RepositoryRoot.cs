namespace LlmSpell.Cli.Tests;

internal static class RepositoryRoot
{
    /// <summary>The folder of the checkout that the tests run from.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LlmSpell.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("These tests read docs/, so they run from within a checkout.");
    }
}
