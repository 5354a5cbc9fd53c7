using System.Reflection;
using Xunit;
using Xunit.v3;

namespace LlmSpell.Testing;

/// <summary>After each test of the assembly: deletes its <see cref="TemporaryFolder"/>s if it passed, else prints where they are.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DeletesTemporaryFoldersAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        foreach (string folder in TemporaryFolder.TakeFoldersOf(test.UniqueID))
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"The files are kept in {folder}");
            }
            else
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
